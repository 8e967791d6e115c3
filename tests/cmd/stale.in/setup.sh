pip install wheel
pip install twine
