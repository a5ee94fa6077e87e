"""Arabic into English: segments through a model, what must be copied kept from it, second tries where checks object."""
