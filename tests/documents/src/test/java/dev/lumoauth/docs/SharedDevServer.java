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

package dev.lumoauth.docs;

import java.util.Map;

import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnectionDetails;
import dev.lumoauth.spring.test.LumoAuthDevServer;

/**
 * The dev server that the tests of this JVM share, without the limit of token requests,
 * since one agent does here in seconds what takes users hours. A test undoes what it
 * changes there.
 */
public final class SharedDevServer {

	/**
	 * The secret of the first agent; the other secrets begin with it.
	 */
	public static final String SECRET = "local-development-only";

	private SharedDevServer() {
	}

	public static String url() {
		return LumoAuthDevServer.start().getUrl();
	}

	/**
	 * Return the variables that lead to the server.
	 */
	public static Map<String, String> variables() {
		return Map.of("LUMOAUTH_URL", url(), "LUMOAUTH_TENANT", "acme-corp", "AGENT_CLIENT_ID", "agt_research-analyst",
				"AGENT_CLIENT_SECRET", SECRET);
	}

}
