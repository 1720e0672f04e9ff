"""Tables, sentences and figures; nothing is computed here."""
