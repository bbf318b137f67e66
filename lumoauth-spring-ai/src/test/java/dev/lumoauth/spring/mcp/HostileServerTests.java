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

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.CannedResponses;
import dev.lumoauth.spring.HostileHeaders;
import dev.lumoauth.spring.HostileJson;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.StrictJson;
import dev.lumoauth.spring.token.TokenTarget;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.springframework.http.HttpHeaders;
import org.springframework.mock.http.client.MockClientHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever an MCP server says of itself.
 */
class HostileServerTests {

	private static final String URL = "https://mcp.example.com/mcp";

	@Provide
	Arbitrary<byte[]> metadata() {
		return HostileJson.near("{\"resource\":\"" + URL + "\",\"authorization_servers\":[\"https://a\"]}",
				"{\"resource\":\"https://mcp.example.com\",\"scopes_supported\":[\"a\"]}",
				"{\"resource\":\"https://mcp.example.com/\",\"resources\":[{\"resource\":\"" + URL + "\"}]}",
				"{\"resource\":\"https://other.example.com/mcp\"}");
	}

	@Provide
	Arbitrary<HttpHeaders> headers() {
		return HostileHeaders.any();
	}

	@Provide
	Arbitrary<Integer> statuses() {
		return Arbitraries.of(200, 200, 200, 404, 204, 206, 302, 401, 500);
	}

	@Property(seed = HostileJson.SEED)
	void aResourceIsTheConnectionsOwn(@ForAll("metadata") byte[] ofPath, @ForAll("metadata") byte[] ofHost,
			@ForAll("statuses") int status, @ForAll("headers") HttpHeaders headers) {
		McpConnection connection = new McpConnection("financial", null, null, Set.of(), null, Map.of(),
				OnBehalfOf.AGENT, true, UnlistedTools.ALLOW, Set.of());
		ProtectedResourceMetadata metadata = new ProtectedResourceMetadata(new CannedResponses((uri) -> {
			boolean path = uri.getPath().endsWith("/mcp");
			MockClientHttpResponse response = new MockClientHttpResponse(path ? ofPath : ofHost, path ? status : 200);
			response.getHeaders().putAll(headers);
			return response;
		}));
		DiscoveredTarget target = new DiscoveredTarget(new McpConnectionAddress(connection, URI.create(URL)), metadata,
				new ManualClock());
		try {
			TokenTarget read = target.get();
			byte[] body = (status == 404) ? ofHost : ofPath;
			assertThat(status).isIn(200, 404);
			assertThat(StrictJson.object(body).orElseThrow()).containsEntry("resource", read.resource());
			assertThat(read.resource())
				.isIn((status == 404) ? List.of("https://mcp.example.com", "https://mcp.example.com/") : List.of(URL));
		}
		catch (LumoAuthUnavailableException ex) {
			assertThat(ex.getMessage()).contains("'financial'").hasSizeLessThan(500);
		}
	}

}
