#!/bin/sh
A=1 pytest -q
python -m app
pip install -r requirements.txt
