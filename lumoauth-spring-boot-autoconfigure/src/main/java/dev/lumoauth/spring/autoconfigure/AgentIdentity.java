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
package dev.lumoauth.spring.autoconfigure;

import java.util.List;

import dev.lumoauth.spring.token.credentials.AgentCredentials;
import org.jspecify.annotations.Nullable;

/**
 * Who one of the application's agents is.
 *
 * @param name its name under {@code lumoauth.agents}; {@code null} for the agent without
 * a name
 * @param credentials by what it proves who it is
 * @param scopes the scopes to ask for; empty for all
 */
record AgentIdentity(@Nullable String name, AgentCredentials credentials, List<String> scopes) {

	String clientId() {
		return this.credentials.clientId();
	}

}
