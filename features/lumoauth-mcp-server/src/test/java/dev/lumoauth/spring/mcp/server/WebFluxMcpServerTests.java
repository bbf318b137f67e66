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

package dev.lumoauth.spring.mcp.server;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.revocation.Revocation;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.McpStatelessServerFeatures;
import io.modelcontextprotocol.spec.McpSchema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import org.springframework.ai.mcp.server.webflux.transport.WebFluxStatelessServerTransport;
import org.springframework.ai.mcp.server.webflux.transport.WebFluxStreamableServerTransportProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.WebFilterChainProxy;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.handler.WebFluxResponseStatusExceptionHandler;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a server on WebFlux answers over HTTP.
 */
class WebFluxMcpServerTests {

	private static final McpSchema.Tool TOOL = McpSchema.Tool.builder("whoCalls", Map.of("type", "object"))
		.description("Who calls")
		.build();

	private final TokenIssuer issuer = new TokenIssuer();

	private final McpServerSecurity security = McpServerSecurity
		.builder(LumoAuthAddresses.forTenant(URI.create(this.issuer.url()), "acme-corp"), TokenIssuer.AUDIENCE)
		.scopes(List.of("mcp:reports"))
		.maxBody(1024)
		.build(new SimpleClientHttpRequestFactory());

	private final BeanPostProcessor beans = McpServerSecurity.postProcessors(() -> this.security, () -> {
		throw new IllegalStateException("No list is asked for");
	}, List::of);

	private @Nullable DisposableServer server;

	@AfterEach
	void stop() {
		if (this.server != null) {
			this.server.disposeNow();
		}
		this.issuer.close();
	}

	private int start(RouterFunction<?> router) {
		this.server = HttpServer.create()
			.port(0)
			.handle(new ReactorHttpHandlerAdapter(WebHttpHandlerBuilder.webHandler(RouterFunctions.toWebHandler(router))
				.filter(new WebFilterChainProxy(
						McpServerSecurity.Reactive.chain(ServerHttpSecurity.http(), this.security)))
				.exceptionHandler(new WebFluxResponseStatusExceptionHandler())
				.build()))
			.bindNow();
		return this.server.port();
	}

	@SuppressWarnings("unchecked")
	private <T> T bean(T bean) {
		Object processed = this.beans.postProcessAfterInitialization(bean, "bean");
		assertThat(processed).isNotNull();
		return (T) processed;
	}

	private static McpSchema.CallToolResult result(LumoAuthCaller caller) {
		return McpSchema.CallToolResult.builder().addTextContent("called by " + caller.actors()).build();
	}

	private McpServerFeatures.SyncToolSpecification sync() {
		return bean(new McpServerFeatures.SyncToolSpecification(TOOL,
				(exchange, request) -> result(LumoAuthCaller.require())));
	}

	private McpServerFeatures.AsyncToolSpecification async() {
		return bean(new McpServerFeatures.AsyncToolSpecification(TOOL, (exchange, request) -> {
			LumoAuthCaller here = LumoAuthCaller.require();
			return LumoAuthCaller.reactive()
				.doOnNext((caller) -> assertThat(caller).isEqualTo(here))
				.map(WebFluxMcpServerTests::result);
		}));
	}

	private static String bearer(String token) {
		return "Authorization: Bearer " + token;
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void saysOnceThatTokensCannotBeVerifiedAndWhatToCheck(CapturedOutput output) {
		WebFluxStreamableServerTransportProvider transport = bean(
				WebFluxStreamableServerTransportProvider.builder().messageEndpoint("/mcp").build());
		McpServer.sync(transport).serverInfo("test", "1").tools(sync()).build();
		int port = start(transport.getRouterFunction());
		String ada = bearer(this.issuer.tokenOf("ada"));
		this.issuer.open = false;
		assertThat(RawHttp.initialize(port, "/mcp", ada).status()).isEqualTo(503);
		assertThat(RawHttp.initialize(port, "/mcp", ada).status()).isEqualTo(503);
		assertThat(output.getOut()).containsOnlyOnce("can't be verified: ")
			.contains("check lumoauth.url and lumoauth.tenant (The answer has the status 500)");
		this.issuer.open = true;
		assertThat(RawHttp.initialize(port, "/mcp", ada).status()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void keepsAStreamableSessionToItsCaller(boolean sync) {
		WebFluxStreamableServerTransportProvider transport = bean(
				WebFluxStreamableServerTransportProvider.builder().messageEndpoint("/mcp").build());
		if (sync) {
			McpServer.sync(transport).serverInfo("test", "1").tools(sync()).build();
		}
		else {
			McpServer.async(transport).serverInfo("test", "1").tools(async()).build();
		}
		int port = start(transport.getRouterFunction());
		assertThat(RawHttp.initialize(port, "/mcp").status()).isEqualTo(401);
		assertThat(RawHttp.initialize(port, "/mcp").header("WWW-Authenticate"))
			.isEqualTo("Bearer resource_metadata=\"http://localhost:" + port
					+ "/.well-known/oauth-protected-resource/mcp\", scope=\"mcp:reports\"");
		assertThat(RawHttp.get(port, "/.well-known/oauth-protected-resource/mcp").body())
			.contains("\"resource\":\"http://localhost:" + port + "/mcp\"");
		String ada = bearer(this.issuer.tokenOf("ada"));
		String session = "Mcp-Session-Id: " + RawHttp.initialize(port, "/mcp", ada).header("Mcp-Session-Id");
		assertThat(RawHttp.call(port, "/mcp", "whoCalls", ada, session).body()).contains("called by ada");
		String eve = bearer(this.issuer.tokenOf("eve"));
		assertThat(RawHttp.call(port, "/mcp", "whoCalls", eve, session).status()).isEqualTo(404);
		assertThat(RawHttp.send(port, "DELETE", "/mcp", "", eve, session).status()).isEqualTo(404);
		assertThat(RawHttp.send(port, "DELETE", "/mcp", "", ada, session).status()).isEqualTo(200);
		assertThat(RawHttp.call(port, "/mcp", "whoCalls", ada, session).status()).isEqualTo(404);
	}

	@Test
	void refusesWhatIsNotForAStatelessServer() {
		WebFluxStatelessServerTransport transport = bean(
				WebFluxStatelessServerTransport.builder().messageEndpoint("/mcp").build());
		McpServer.async(transport)
			.serverInfo("test", "1")
			.tools(bean(new McpStatelessServerFeatures.AsyncToolSpecification(TOOL,
					(context, request) -> Mono.defer(LumoAuthCaller::reactive).map(WebFluxMcpServerTests::result))))
			.build();
		int port = start(transport.getRouterFunction());
		String ada = bearer(this.issuer.tokenOf("ada"));
		assertThat(RawHttp.call(port, "/mcp", "whoCalls", ada).body()).contains("called by ada");
		assertThat(RawHttp.call(port, "/mcp", "whoCalls", ada, ada).status()).isEqualTo(400);
		for (String query : List.of("access_token=x", "access%5ftoken=x", "access_token", "x=%c3%zz")) {
			assertThat(RawHttp.call(port, "/mcp?" + query, "whoCalls", ada).status()).as(query).isEqualTo(400);
		}
		assertThat(RawHttp.call(port, "/mcp", "whoCalls", ada, "Host: evil.example").status()).isEqualTo(421);
		assertThat(RawHttp.call(port, "/mcp", "whoCalls", ada, "Origin: https://evil.example").status()).isEqualTo(403);
		assertThat(RawHttp.send(port, "POST", "/mcp", " ".repeat(1025), ada).status()).isEqualTo(413);
		assertThat(RawHttp
			.call(port, "/mcp", "whoCalls", bearer(this.issuer.token((claims) -> claims.claim("scope", "other"))))
			.status()).isEqualTo(403);
		for (String target : List.of("/mcp", "/mcp;x", "//mcp", "/%6dcp", "/MCP", "/mcp/", "/./mcp", "/x/../mcp",
				"/mcp%2f", "/mcp?x")) {
			assertThat(RawHttp.call(port, target, "whoCalls").status()).as(target).isIn(400, 401, 404);
		}
	}

	@Test
	void takesNoTokenThatWasTakenAway() {
		WebFluxStatelessServerTransport transport = bean(
				WebFluxStatelessServerTransport.builder().messageEndpoint("/mcp").build());
		McpServer.async(transport)
			.serverInfo("test", "1")
			.tools(bean(new McpStatelessServerFeatures.AsyncToolSpecification(TOOL,
					(context, request) -> Mono.defer(LumoAuthCaller::reactive).map(WebFluxMcpServerTests::result))))
			.build();
		int port = start(transport.getRouterFunction());
		String ada = bearer(this.issuer.tokenOf("ada"));
		String eve = bearer(this.issuer.tokenOf("eve"));
		this.security.revocations().revoked(new Revocation(Revocation.Effect.DECISIONS, Set.of("eve")));
		assertThat(RawHttp.call(port, "/mcp", "whoCalls", eve).status()).isEqualTo(200);
		this.security.revocations().revoked(new Revocation(Revocation.Effect.TOKENS, Set.of("Eve")));
		RawHttp.Answer refused = RawHttp.call(port, "/mcp", "whoCalls", eve);
		assertThat(refused.status()).isEqualTo(401);
		assertThat(refused.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
		assertThat(RawHttp.call(port, "/mcp", "whoCalls", ada).body()).contains("called by ada");
	}

}
