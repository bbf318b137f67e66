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

package dev.lumoauth.spring.autoconfigure.mcp;

import java.util.List;

import dev.lumoauth.spring.guard.GuardTerms;

/**
 * Reads what {@code lumoauth.mcp.connections.<name>.approval.tools} says of a tool. A
 * bean of the feature that has the terms.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface McpToolTerms {

	/**
	 * Return the terms of a tool.
	 * @param tool the settings of the tool
	 * @param audiences the audience and the address of the server, as far as they are set
	 * @return the terms
	 * @throws IllegalArgumentException if a setting is not valid
	 */
	GuardTerms of(LumoAuthMcpProperties.Tool tool, List<String> audiences);

}
