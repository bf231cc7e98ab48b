"""The scene model: image patches in, a program in model form out.

``tokenizer`` cuts programs into pieces, ``numbers`` maps values to [0, 1], ``codecs`` predicts those, ``targets`` turns
scenes into training arrays and back, ``scene_model`` is the network and its checkpoint, ``generate`` decodes under the
grammar of ``automaton``. Nothing is imported here, so that a caller pays only for what it uses.
"""
