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

package dev.lumoauth.spring.aauth.autoconfigure;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.OncePerRequestFilter;

import dev.lumoauth.spring.aauth.signature.MessageVerifier;
import dev.lumoauth.spring.aauth.signature.ReceivedRequest;
import dev.lumoauth.spring.token.key.SigningKey;
import dev.lumoauth.spring.aauth.signature.VerificationKey;

/**
 * A real MCP server that answers a request without a token with a challenge, and takes
 * others only with an auth token for itself and a signature, of which each is good once.
 */
final class SigningMcpServer implements AutoCloseable {

	private static final ThreadLocal<SigningMcpServer> STARTING = new ThreadLocal<>();

	/** What was received: the method, and what is wrong or {@code good}. */
	final List<String> seen = new CopyOnWriteArrayList<>();

	final Set<String> nonces = ConcurrentHashMap.newKeySet();

	/** Opens when a session was ended. */
	final CountDownLatch ended = new CountDownLatch(1);

	/** The {@code jti} of a token that is not taken any more. */
	volatile String revoked = "";

	private final MessageVerifier verifier = new MessageVerifier((id, until) -> this.nonces.add(id), Clock.systemUTC());

	private final SigningKey key;

	private final String issuer;

	private final ConfigurableApplicationContext context;

	SigningMcpServer(SigningKey key, String issuer, String protocol) {
		this.key = key;
		this.issuer = issuer;
		STARTING.set(this);
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.run("--server.port=0", "--server.address=127.0.0.1", "--spring.ai.mcp.server.protocol=" + protocol,
					"--spring.ai.mcp.server.name=signing", "--spring.ai.mcp.client.enabled=false",
					"--spring.main.banner-mode=off", "--spring.main.log-startup-info=false",
					"--logging.level.root=ERROR", "--server.shutdown=immediate");
	}

	String url() {
		return "http://127.0.0.1:" + this.context.getEnvironment().getRequiredProperty("local.server.port");
	}

	@Override
	public void close() {
		this.context.close();
	}

	private String resourceToken(HttpServletRequest request, byte[] body) throws ParseException {
		String header = String.valueOf(request.getHeader("Agent-Auth"));
		JWTClaimsSet agent = SignedJWT.parse(header.substring("agent_token=".length())).getJWTClaimsSet();
		VerificationKey known = key(agent);
		this.verifier.verify(received(request, body), known);
		Instant now = Instant.now();
		return this.key.sign("resource+jwt", Map.of(),
				new JWTClaimsSet.Builder().issuer(url())
					.audience(this.issuer)
					.claim("agent", agent.getIssuer())
					.claim("agent_jkt", known.thumbprint())
					.claim("scope", "tools")
					.issueTime(Date.from(now))
					.expirationTime(Date.from(now.plusSeconds(300)))
					.jwtID(UUID.randomUUID().toString())
					.build());
	}

	private String check(HttpServletRequest request, byte[] body, String token) {
		try {
			SignedJWT jwt = SignedJWT.parse(token);
			JWTClaimsSet claims = jwt.getJWTClaimsSet();
			if (!"auth+jwt".equals(jwt.getHeader().getType().getType())
					|| !List.of(url()).equals(claims.getAudience())) {
				return "no auth token for this server";
			}
			this.verifier.verify(received(request, body), key(claims));
			return this.revoked.equals(claims.getJWTID()) ? "revoked" : "good";
		}
		catch (ParseException | RuntimeException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

	private static VerificationKey key(JWTClaimsSet claims) throws ParseException {
		Map<?, ?> cnf = claims.getJSONObjectClaim("cnf");
		Map<String, Object> jwk = new LinkedHashMap<>();
		((Map<?, ?>) cnf.get("jwk")).forEach((name, value) -> jwk.put(String.valueOf(name), value));
		return VerificationKey.of(jwk);
	}

	private static ReceivedRequest received(HttpServletRequest request, byte[] body) {
		return new ReceivedRequest(request.getMethod(), request.getScheme(), request.getHeader("Host"),
				request.getRequestURI(), request.getQueryString(), (name) -> Collections.list(request.getHeaders(name)),
				body);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = { "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration",
					"org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
					"org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
					"org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
					"dev.lumoauth.spring.autoconfigure.mcp.LumoAuthMcpAutoConfiguration" })
	static class Application {

		private final SigningMcpServer server = STARTING.get();

		@Bean
		OncePerRequestFilter signatureFilter() {
			return new SignatureFilter(this.server);
		}

		@Bean
		Tools tools() {
			return new Tools();
		}

	}

	public static class Tools {

		@McpTool(description = "Says it again")
		public String echo(String text) {
			return "again: " + text;
		}

	}

	private static final class SignatureFilter extends OncePerRequestFilter {

		private final SigningMcpServer server;

		private SignatureFilter(SigningMcpServer server) {
			this.server = server;
		}

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			byte[] body = request.getInputStream().readAllBytes();
			String authorization = request.getHeader("Authorization");
			if (authorization == null || authorization.isEmpty()) {
				challenge(request, body, response);
				return;
			}
			String found = authorization.startsWith("Bearer ")
					? this.server.check(request, body, authorization.substring("Bearer ".length())) : "no bearer";
			this.server.seen.add(request.getMethod() + " " + found);
			if (!found.equals("good")) {
				response.setStatus(401);
				return;
			}
			chain.doFilter(new ReadRequest(request, body), response);
			if (request.getMethod().equals("DELETE")) {
				this.server.ended.countDown();
			}
		}

		private void challenge(HttpServletRequest request, byte[] body, HttpServletResponse response) {
			response.setStatus(401);
			try {
				response.setHeader("Agent-Auth",
						"httpsig; auth-token; resource_token=\"" + this.server.resourceToken(request, body) + "\"");
				this.server.seen.add("challenge");
			}
			catch (ParseException | RuntimeException ex) {
				this.server.seen.add("not signed: " + ex.getMessage());
			}
		}

	}

	/**
	 * A request whose body was read before.
	 */
	private static final class ReadRequest extends HttpServletRequestWrapper {

		private final byte[] body;

		private ReadRequest(HttpServletRequest request, byte[] body) {
			super(request);
			this.body = body;
		}

		@Override
		public BufferedReader getReader() {
			return new BufferedReader(
					new InputStreamReader(new ByteArrayInputStream(this.body), StandardCharsets.UTF_8));
		}

		@Override
		public ServletInputStream getInputStream() {
			ByteArrayInputStream input = new ByteArrayInputStream(this.body);
			return new ServletInputStream() {

				@Override
				public int read() {
					return input.read();
				}

				@Override
				public boolean isFinished() {
					return input.available() == 0;
				}

				@Override
				public boolean isReady() {
					return true;
				}

				@Override
				public void setReadListener(ReadListener listener) {
					throw new UnsupportedOperationException();
				}

			};
		}

	}

}
