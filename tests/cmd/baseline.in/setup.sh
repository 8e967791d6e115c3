#!/bin/sh
pip install wheel
python -m build
pip install wheel
