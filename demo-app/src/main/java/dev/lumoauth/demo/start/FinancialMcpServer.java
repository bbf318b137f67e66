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
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;

/**
 * The MCP server with the financial data.
 */
final class FinancialMcpServer {

	/**
	 * The variable that names an existing server.
	 */
	static final String VARIABLE = "FINANCIAL_MCP_URL";

	private static final String ANNOUNCEMENT = "export " + VARIABLE + "=";

	private FinancialMcpServer() {
	}

	/**
	 * Start a server that accepts LumoAuth's tokens.
	 * @param jar its executable jar
	 * @param issuer the LumoAuth whose tokens it accepts
	 * @param output gets each line that it prints after it is ready
	 * @param timeout how long to wait until it is ready
	 * @return the server, reached by its base URL
	 * @throws DemoStartException if it does not become ready
	 */
	static ChildServer<URI> start(Resource jar, Issuer issuer, Consumer<String> output, Duration timeout) {
		return ChildServer.start(new ChildServerSpec<>("financial MCP server", jar, 0, VARIABLE,
				List.of("--demo.exit-with-parent=true"), issuer.variables(), FinancialMcpServer::parse, output),
				timeout);
	}

	/**
	 * Read a line that the server printed.
	 * @param line the line
	 * @return its base URL; empty if the line does not contain it
	 */
	static Optional<URI> parse(String line) {
		return line.startsWith(ANNOUNCEMENT) ? Optional.of(URI.create(line.substring(ANNOUNCEMENT.length()).strip()))
				: Optional.empty();
	}

	/**
	 * The LumoAuth whose tokens a server accepts.
	 *
	 * @param url its URL, or {@code null} for the default LumoAuth
	 * @param tenant the tenant, or {@code null}
	 * @param orgId the organization, or {@code null}
	 * @param plainHttp whether the URL may be http in a network for development, or
	 * {@code null} if that is not set
	 */
	record Issuer(@Nullable String url, @Nullable String tenant, @Nullable String orgId, @Nullable String plainHttp) {

		private Map<String, String> variables() {
			Map<String, String> variables = new HashMap<>();
			put(variables, "LUMOAUTH_URL", this.url);
			put(variables, "LUMOAUTH_TENANT", this.tenant);
			put(variables, "LUMOAUTH_ORG_ID", this.orgId);
			put(variables, "LUMOAUTH_PLAINHTTPINDEVELOPMENT", this.plainHttp);
			return variables;
		}

		private static void put(Map<String, String> variables, String name, @Nullable String value) {
			if (value != null) {
				variables.put(name, value);
			}
		}

	}

}
