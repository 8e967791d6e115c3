#!/bin/sh
A=1 uv run pytest -q
/usr/bin/python -m app
uv pip install -r requirements.txt
