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

package dev.lumoauth.spring.mcp;

/**
 * The party for whom the agent acts on an MCP connection.
 *
 * @since 0.1.0
 */
public enum OnBehalfOf {

	/**
	 * For itself: the agent's own token is exchanged.
	 */
	AGENT,

	/**
	 * For the current user: the user's token is exchanged, with the agent as the actor
	 * (RFC 8693 section 1.1). Without a user nothing is sent.
	 */
	USER

}
