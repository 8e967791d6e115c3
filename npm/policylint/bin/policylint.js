#!/usr/bin/env node
// Starts the program that npm has installed for this platform. Downloads nothing.

"use strict";

const { spawnSync } = require("node:child_process");
const platforms = require("../platforms.json");

/** Whether this system's C library is musl; Node.js tells the version of glibc where it is that. */
function isMusl() {
  if (process.platform !== "linux") return false;
  const { header } = process.report.getReport();
  return !header.glibcVersionRuntime;
}

function program() {
  if (process.env.POLICYLINT_BINARY) return process.env.POLICYLINT_BINARY;
  const libc = isMusl() ? "musl" : "glibc";
  const fits = ({ os, cpu, libc: wanted }) => os === process.platform && cpu === process.arch && (!wanted || wanted === libc);
  const platform = platforms.find(fits);
  if (!platform) {
    throw new Error(`there is no policylint for ${process.platform}-${process.arch}; build it with \`cargo install policylint\` and name it in POLICYLINT_BINARY`);
  }
  const name = `@policylint/${platform.name}`;
  try {
    return require.resolve(`${name}/policylint${process.platform === "win32" ? ".exe" : ""}`);
  } catch {
    throw new Error(`the package ${name} is missing; install policylint again, without \`--omit=optional\``);
  }
}

try {
  const { status, signal, error } = spawnSync(program(), process.argv.slice(2), { stdio: "inherit" });
  if (error) throw error;
  if (signal) process.kill(process.pid, signal);
  process.exitCode = status ?? 3;
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 3;
}
