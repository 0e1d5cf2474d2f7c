{
  "variables": {
    "march%": "x86-64-v2",
    "sanitize%": ""
  },
  "targets": [
    {
      "target_name": "hopwire",
      # New files under native/addon/ and library sources are picked up by this listing.
      "sources": [ "<!@(node tools/native_sources.mjs addon)" ],
      "include_dirs": [ "native" ],
      "defines": [ "NAPI_VERSION=8", "NAPI_CPP_EXCEPTIONS", "NODE_ADDON_API_DISABLE_DEPRECATED" ],
      "cflags!": [ "-fno-exceptions" ],
      "cflags_cc!": [ "-std=gnu++17", "-std=gnu++20", "-fno-rtti", "-fno-exceptions" ],
      "cflags_cc": [
        "-std=c++20", "-fexceptions", "-Wall", "-Wextra", "-Werror", "-fvisibility=hidden",
        # Warnings are errors for our own code; the Node-API wrapper is a system header. Relative to build/, where make runs.
        "-isystem ../node_modules/node-addon-api"
      ],
      "cflags": [ "-march=<(march)", "-O3" ],
      "conditions": [
        [ "sanitize!=''", {
          "cflags!": [ "-O3" ],
          "cflags": [ "-fsanitize=<(sanitize)", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer", "-g", "-O1" ],
          "ldflags": [ "-fsanitize=<(sanitize)" ]
        } ]
      ]
    }
  ]
}
