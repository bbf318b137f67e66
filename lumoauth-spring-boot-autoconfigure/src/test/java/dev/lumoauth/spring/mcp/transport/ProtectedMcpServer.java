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

package dev.lumoauth.spring.mcp.transport;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import dev.lumoauth.spring.token.dpop.ProofVerifier;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.ai.mcp.annotation.McpMeta;
import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * A real MCP server that takes the tokens of an {@link IssuingLumoAuth} for its own
 * audience only, and remembers each request.
 */
final class ProtectedMcpServer implements AutoCloseable {

	private static final ThreadLocal<ProtectedMcpServer> STARTING = new ThreadLocal<>();

	final List<Seen> seen = new CopyOnWriteArrayList<>();

	/** The traces of messages, as their header has them. */
	final List<String> traces = new CopyOnWriteArrayList<>();

	final AtomicInteger runs = new AtomicInteger();

	/** Opens when a session was ended. */
	final CountDownLatch ended = new CountDownLatch(1);

	/** Asked for by each message, if it is not empty; several with blanks between. */
	volatile String requiredScope = "";

	/** Whether it asks for the scope whatever the token has. */
	volatile boolean isNeverContent;

	/** Authorization details that each message without a permission is refused for. */
	volatile String missingDetails = "";

	volatile boolean rejectsEverything;

	volatile boolean forbidsEverything;

	/** The key that tokens are bound to; empty if it takes bearer tokens. */
	volatile String jkt = "";

	/** What a proof has to have, if it is not empty. */
	volatile String nonce = "";

	final AtomicInteger refusedNonces = new AtomicInteger();

	private final ProofVerifier proofs = new ProofVerifier();

	private final IssuingLumoAuth lumoAuth;

	private final String audience;

	private final String protocol;

	private final Class<?> tools;

	private ConfigurableApplicationContext context;

	private int port;

	ProtectedMcpServer(IssuingLumoAuth lumoAuth, String audience, String protocol) {
		this(lumoAuth, audience, protocol, WhoAmI.class);
	}

	ProtectedMcpServer(IssuingLumoAuth lumoAuth, String audience, String protocol, Class<?> tools) {
		this.lumoAuth = lumoAuth;
		this.audience = audience;
		this.protocol = protocol;
		this.tools = tools;
		start();
	}

	void start() {
		STARTING.set(this);
		this.context = new SpringApplicationBuilder(Application.class, this.tools).web(WebApplicationType.SERVLET)
			.run("--server.port=" + this.port, "--server.address=127.0.0.1",
					"--spring.ai.mcp.server.protocol=" + this.protocol, "--spring.ai.mcp.server.name=protected",
					"--spring.main.banner-mode=off", "--spring.main.log-startup-info=false",
					"--logging.level.root=ERROR", "--server.shutdown=immediate");
		this.port = this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	void reset() {
		this.seen.clear();
		this.traces.clear();
		this.runs.set(0);
		this.requiredScope = "";
		this.isNeverContent = false;
		this.missingDetails = "";
		this.rejectsEverything = false;
		this.forbidsEverything = false;
		this.jkt = "";
		this.nonce = "";
		this.refusedNonces.set(0);
	}

	void stop() {
		this.context.close();
	}

	/**
	 * Tell the sessions that listen that there are other tools.
	 */
	void changeTools() {
		this.context.getBean(McpSyncServer.class).notifyToolsListChanged();
	}

	int port() {
		return this.port;
	}

	String url() {
		return "http://127.0.0.1:" + this.port;
	}

	String audience() {
		return this.audience;
	}

	String protocol() {
		return this.protocol;
	}

	/**
	 * How many messages came. A connection also listens, by a request that arrives when
	 * it likes.
	 */
	long messages() {
		return this.seen.stream().filter((seen) -> seen.verb().equals("POST")).count();
	}

	List<String> subjects() {
		return this.seen.stream().map(Seen::subject).distinct().toList();
	}

	@Override
	public void close() {
		stop();
	}

	/**
	 * A request.
	 *
	 * @param verb the HTTP method
	 * @param session the MCP session, or {@code null}
	 * @param subject on whose behalf, or what was wrong
	 * @param actor who acts for the subject, or empty
	 * @param scopes the token's scopes
	 * @param application the headers that an application has added
	 */
	record Seen(String verb, String session, String subject, String actor, String scopes, String application) {
	}

	@Configuration(proxyBeanMethods = false)
	@PlainMcpServer
	@Import(OpenStreamFirstFilter.class)
	static class Application {

		private final ProtectedMcpServer server = STARTING.get();

		@Bean
		OncePerRequestFilter tokenFilter() {
			return new TokenFilter(this.server);
		}

	}

	static class WhoAmI {

		@Bean
		WhoAmITools whoAmITools() {
			return new WhoAmITools(STARTING.get());
		}

	}

	public static class WhoAmITools {

		private final ProtectedMcpServer server;

		WhoAmITools(ProtectedMcpServer server) {
			this.server = server;
		}

		/**
		 * Tells as well what a client sent besides the arguments.
		 */
		@McpTool(description = "Who is calling")
		public String whoami(McpMeta meta) {
			String more = (meta.meta() != null && !meta.meta().isEmpty()) ? " with " + meta.meta() : "";
			this.server.runs.incrementAndGet();
			ServletRequestAttributes request = (ServletRequestAttributes) RequestContextHolder
				.currentRequestAttributes();
			return this.server.audience + " called by " + request.getRequest().getAttribute("subject") + more;
		}

		@McpTool(description = "Who is calling, after asking the client whether it is there")
		public String whoamiAfterPing(McpSyncServerExchange exchange, McpMeta meta) {
			exchange.ping();
			return whoami(meta);
		}

	}

	private static final class TokenFilter extends OncePerRequestFilter {

		private final ProtectedMcpServer server;

		private TokenFilter(ProtectedMcpServer server) {
			this.server = server;
		}

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			String authorization = request.getHeader("Authorization");
			String scheme = this.server.jkt.isEmpty() ? "Bearer " : "DPoP ";
			String token = (authorization != null && authorization.startsWith(scheme))
					? authorization.substring(scheme.length()) : "";
			if (!this.server.jkt.isEmpty() && !isProven(request, response, token)) {
				return;
			}
			List<String> claims = IssuingLumoAuth.claims(token);
			boolean read = !claims.isEmpty();
			boolean good = read && claims.get(0).equals(this.server.audience) && this.server.lumoAuth.isActive(token)
					&& !this.server.rejectsEverything;
			String subject = good ? claims.get(2) : read ? "rejected: " + claims.get(0) : "no token";
			String scopes = read ? claims.get(4) : "";
			if (request.getHeader("traceparent") != null) {
				this.server.traces.add(request.getHeader("traceparent"));
			}
			this.server.seen.add(new Seen(request.getMethod(), request.getHeader("Mcp-Session-Id"), subject,
					read ? claims.get(3) : "", scopes, request.getHeader("X-First") + request.getHeader("X-Second")));
			if (!good) {
				response.setHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"");
				response.setStatus(401);
				return;
			}
			if (this.server.forbidsEverything) {
				response.setStatus(403);
				return;
			}
			String details = this.server.missingDetails;
			if (!details.isEmpty() && request.getMethod().equals("POST") && !scopes.equals("jit")) {
				response.setHeader("Insufficient-Authorization-Details",
						Base64.getEncoder().encodeToString(details.getBytes(StandardCharsets.UTF_8)));
				response.setStatus(403);
				return;
			}
			String scope = this.server.requiredScope;
			if (!scope.isEmpty() && request.getMethod().equals("POST") && (this.server.isNeverContent
					|| !Set.of(scopes.split(" ")).containsAll(Set.of(scope.split(" "))))) {
				response.setHeader("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"" + scope + "\"");
				response.setStatus(403);
				return;
			}
			if (request.getMethod().equals("DELETE")) {
				this.server.ended.countDown();
			}
			request.setAttribute("subject", subject);
			chain.doFilter(request, response);
		}

		private boolean isProven(HttpServletRequest request, HttpServletResponse response, String token) {
			String proof = request.getHeader("DPoP");
			URI uri = URI.create(request.getRequestURL().toString());
			String problem = this.server.proofs.problem(proof, request.getMethod(), uri, token, this.server.jkt, null,
					Instant.now().getEpochSecond());
			String nonce = this.server.nonce;
			if (!nonce.isEmpty()) {
				response.setHeader("DPoP-Nonce", nonce);
			}
			if (problem == null && (nonce.isEmpty() || nonce.equals(ProofVerifier.nonce(proof)))) {
				return true;
			}
			if (problem == null) {
				this.server.refusedNonces.incrementAndGet();
			}
			else {
				this.server.seen.add(new Seen(request.getMethod(), null, "no proof: " + problem, "", "", ""));
			}
			response.setHeader("WWW-Authenticate",
					"DPoP error=\"" + ((problem != null) ? "invalid_dpop_proof" : "use_dpop_nonce") + "\"");
			response.setStatus(401);
			return false;
		}

	}

}
