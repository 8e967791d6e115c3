#!/bin/sh
A=1 pytest -q
/usr/bin/python -m app
pip install -r requirements.txt
