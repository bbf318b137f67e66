/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.demo.start;

import java.net.URI;

import org.jspecify.annotations.Nullable;

/**
 * The servers that the demo uses.
 *
 * @param lumoAuth the LumoAuth, in words
 * @param mcpServer the MCP server, in words
 * @param model the model, in words
 * @param console the address of LumoAuth's console; {@code null} if the LumoAuth is not a
 * dev server
 */
public record Surroundings(String lumoAuth, String mcpServer, String model, @Nullable URI console) {
}
