"""Load a week from a folder of YAML files: all or nothing, with every fault named."""
