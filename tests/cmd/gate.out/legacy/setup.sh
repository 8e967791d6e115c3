#!/bin/sh
/usr/bin/python -m shop.migrate
pip install legacy-tool
