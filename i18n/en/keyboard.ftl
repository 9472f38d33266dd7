# The on-screen keyboard: its letters, a line a row, keys apart by spaces, and what its other keys are called.
# A key is `a`, or `a|B` where the capital is not the usual one. Rows fit the narrowest screen up to twelve keys.

keyboard-letters =
    q w e r t y u i o p
    a s d f g h j k l
    z x c v b n m
# Signs that stand in names, beside the space bar: the first right of it, the others left.
keyboard-signs = - '

keyboard-hyphen = Hyphen
keyboard-apostrophe = Apostrophe
keyboard-space = Space
keyboard-shift = Capital letter
keyboard-backspace = Backspace
keyboard-switch = Keyboard: { $name }
keyboard-next = Next
keyboard-hide = Put the keyboard away
keyboard-to-signs = Signs
keyboard-to-letters = Letters
# Stands on the key that leads back from the signs to the letters: Latin ones unless another layout was chosen.
keyboard-abc = ABC

# What assistive technology calls the signs.
keyboard-sign-dot = Full stop
keyboard-sign-underscore = Underscore
keyboard-sign-slash = Slash
keyboard-sign-colon = Colon
keyboard-sign-at = At sign
keyboard-sign-number = Number sign
keyboard-sign-percent = Per cent
keyboard-sign-and = Ampersand
keyboard-sign-equals = Equals
keyboard-sign-plus = Plus
keyboard-sign-question = Question mark
keyboard-sign-exclamation = Exclamation mark
keyboard-sign-left-parenthesis = Left parenthesis
keyboard-sign-right-parenthesis = Right parenthesis
keyboard-sign-left-bracket = Left square bracket
keyboard-sign-right-bracket = Right square bracket
keyboard-sign-left-brace = Left brace
keyboard-sign-right-brace = Right brace
keyboard-sign-tilde = Tilde
keyboard-sign-comma = Comma
keyboard-sign-semicolon = Semicolon
keyboard-sign-quotation = Quotation mark
keyboard-sign-asterisk = Asterisk
keyboard-sign-backslash = Backslash
keyboard-sign-bar = Vertical bar
keyboard-sign-dollar = Dollar sign
keyboard-sign-caret = Caret
