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

import java.time.Clock;
import java.util.function.Predicate;

import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/**
 * Knows the targets of the tokens of each connection.
 */
final class McpTargets {

	private final ProtectedResourceMetadata metadata;

	private final Clock clock;

	/**
	 * Create the targets.
	 * @param requestFactory makes the requests for servers' metadata; it must have
	 * connect and read timeouts and must not follow redirects
	 * @param lumoAuth whether an issuer is the LumoAuth of this application
	 * @param clock tells how long ago a server could not be reached
	 */
	McpTargets(ClientHttpRequestFactory requestFactory, Predicate<String> lumoAuth, Clock clock) {
		// A separate client: an application's interceptors might add credentials.
		this.metadata = new ProtectedResourceMetadata(RestClient.builder().requestFactory(requestFactory).build(),
				lumoAuth);
		this.clock = clock;
	}

	/**
	 * Return the target of a connection's tokens.
	 * @param endpoint the connection
	 * @return the target, which remembers the server's answer
	 */
	McpTarget of(McpConnectionAddress endpoint) {
		return endpoint.connection().discover() ? new DiscoveredTarget(endpoint, this.metadata, this.clock)
				: McpTarget.of(endpoint.connection());
	}

}
