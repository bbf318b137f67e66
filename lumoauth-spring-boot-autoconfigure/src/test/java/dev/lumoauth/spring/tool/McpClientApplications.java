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

package dev.lumoauth.spring.tool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import com.sun.net.httpserver.HttpServer;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.mcp.transport.GuardedMcpApplication;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Starts applications with MCP clients, a model, and a LumoAuth that issues tokens to
 * whoever asks. They are MCP servers as well.
 */
final class McpClientApplications implements AutoCloseable {

	static final FakeDecisions DECISIONS = new FakeDecisions();

	private final ScriptedOpenAi model = new ScriptedOpenAi();

	private final HttpServer lumoAuth;

	McpClientApplications() {
		try {
			this.lumoAuth = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.lumoAuth.createContext("/", (exchange) -> {
			byte[] token = ("{\"access_token\":\"issued\",\"token_type\":\"Bearer\",\"expires_in\":3600,"
					+ "\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"}")
				.getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			exchange.sendResponseHeaders(200, token.length);
			exchange.getResponseBody().write(token);
			exchange.close();
		});
		this.lumoAuth.start();
	}

	ScriptedOpenAi model() {
		return this.model;
	}

	ConfigurableApplicationContext start(String... more) {
		return start(Application.class, more);
	}

	/**
	 * Start an application with beans of its own.
	 * @param application extends {@link Application}
	 */
	ConfigurableApplicationContext start(Class<? extends Application> application, String... more) {
		return new SpringApplicationBuilder(application).web(WebApplicationType.SERVLET)
			.properties("server.port=0", "server.address=127.0.0.1", "server.shutdown=immediate",
					"spring.main.banner-mode=off", "spring.ai.mcp.server.protocol=STREAMABLE",
					"spring.ai.openai.api-key=none", "spring.ai.openai.base-url=" + this.model.baseUrl(),
					"spring.ai.openai.max-retries=0", "spring.ai.mcp.client.request-timeout=10s",
					"lumoauth.url=http://localhost:" + this.lumoAuth.getAddress().getPort(), "lumoauth.tenant=acme",
					"lumoauth.client-id=agt_1", "lumoauth.client-secret=s3cret")
			.run(Arrays.stream(more).map((property) -> "--" + property).toArray(String[]::new));
	}

	static String connection(String name, RecordingMcpServer server) {
		return "spring.ai.mcp.client.streamable-http.connections." + name + ".url=" + server.url();
	}

	@Override
	public void close() {
		this.model.close();
		this.lumoAuth.stop(0);
	}

	@Configuration(proxyBeanMethods = false)
	@GuardedMcpApplication
	static class Application {

		@Bean
		CapabilityDecisions decisions() {
			return DECISIONS;
		}

	}

}
