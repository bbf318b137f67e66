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
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import dev.lumoauth.spring.concurrent.WaitAllowance;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.revocation.RevocationListener;
import dev.lumoauth.spring.tool.ToolGuard;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.util.Assert;

/**
 * The security of the application's own MCP server: only callers with LumoAuth's token
 * for it reach it, and its code runs with that caller signed in, by a
 * {@link dev.lumoauth.spring.mcp.server.CallerAuthenticationToken}. In addition to its
 * filter chain, the beans of an application have to pass its {@linkplain #postProcessors
 * post-processors}.
 *
 * @since 0.1.0
 */
public final class McpServerSecurity implements AutoCloseable {

	/** How long a session may be unused. */
	private static final Duration SESSION_IDLE_TIMEOUT = Duration.ofMinutes(30);

	private final ServedEndpoints endpoints = new ServedEndpoints();

	private final OwnedSessions sessions;

	private final RevokedCallers revoked;

	private final McpAccess access;

	private final int maxBody;

	private final CallerRequests requests;

	private final MissingScopes missingScopes;

	private McpServerSecurity(Builder builder, ClientHttpRequestFactory requests) {
		IssuerDecoder decoder = new IssuerDecoder(builder.addresses, builder.issuer,
				new TokenRules(builder.audience, builder.clock), requests, builder.maxWait);
		this.revoked = new RevokedCallers(builder.clock);
		this.sessions = new OwnedSessions(builder.maxSessions, SESSION_IDLE_TIMEOUT, builder.clock, this.endpoints);
		this.access = new McpAccess(new CallerVerifier(decoder, builder.proofRequired, this.revoked),
				new HostCheck(builder.hosts, builder.origins, builder.resource), this.sessions, this.endpoints,
				decoder.issuer(), builder.resource, builder.scopes, builder.proofRequired);
		this.maxBody = builder.maxBody;
		this.missingScopes = new MissingScopes(builder.guard);
		this.requests = new CallerRequests(builder.maxRequestsPerCaller);
	}

	/**
	 * Start to build the security of a server.
	 * @param addresses the addresses of LumoAuth, whose tokens are accepted
	 * @param audience the audience that a token must have
	 * @return the builder
	 */
	public static Builder builder(LumoAuthAddresses addresses, String audience) {
		return new Builder(addresses, audience);
	}

	/**
	 * Return the listener for revocations. It ends sessions, and makes tokens that were
	 * issued before invalid.
	 * @return the listener
	 */
	public RevocationListener revocations() {
		return (revocation) -> {
			// First: whose session ends could begin another with the same token.
			this.revoked.add(revocation);
			this.sessions.revoked(revocation);
		};
	}

	/**
	 * End all sessions.
	 */
	@Override
	public void close() {
		this.sessions.close();
	}

	/**
	 * Check that this secures all transports of the application.
	 * @param transports how many transports there are
	 * @throws dev.lumoauth.spring.guard.GuardConfigurationException if there is one that
	 * this does not secure
	 */
	public void requireServed(int transports) {
		if (this.endpoints.size() != transports) {
			throw ServedTransports.unprotected();
		}
	}

	/**
	 * Return the paths that this secures.
	 * @return the paths, below the application's own
	 */
	public List<String> paths() {
		return this.endpoints.paths();
	}

	/**
	 * Return the post-processor that has to see each bean. It secures the transports, and
	 * runs what they serve as the caller.
	 * @param security supplies the security; called with the first transport
	 * @param guard supplies the guard that decides what is listed to a caller; called
	 * with the first list
	 * @param annotated supplies the beans that have methods for prompts and resources;
	 * called with the first list of these
	 * @return the post-processor
	 */
	public static BeanPostProcessor postProcessors(Supplier<McpServerSecurity> security, Supplier<ToolGuard> guard,
			Supplier<? extends Collection<?>> annotated) {
		ServedTransports transports = new ServedTransports(security);
		CallerLists lists = new CallerLists(guard, new ServedMethods(annotated));
		return new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String beanName) {
				transports.secure(bean);
				lists.install(bean);
				return CallerHandlers.signedIn(bean);
			}

		};
	}

	/**
	 * Return the answer to a request for which the caller's token lacks a scope.
	 * @return the answer; {@code null} if the request continues
	 */
	McpVerdict.@Nullable Answer missingScopes(McpVerdict.Admitted admitted, byte[] body) {
		Set<String> missing = this.missingScopes.of(admitted.caller(), body);
		return missing.isEmpty() ? null : this.access.insufficientScope(missing, admitted.metadata());
	}

	McpAccess access() {
		return this.access;
	}

	OwnedSessions sessions() {
		return this.sessions;
	}

	CallerRequests requests() {
		return this.requests;
	}

	/**
	 * Return the maximum size of a request's body.
	 */
	int maxBody() {
		return this.maxBody;
	}

	ServedEndpoints endpoints() {
		return this.endpoints;
	}

	/**
	 * For servlet applications. A separate class, since other applications have no
	 * servlets.
	 */
	public static final class Servlet {

		private Servlet() {
		}

		/**
		 * Return the filter chain of the MCP endpoints and their metadata. It must come
		 * before all other chains.
		 * @param http builds the chain
		 * @param security the security
		 * @return the filter chain
		 */
		public static SecurityFilterChain chain(HttpSecurity http, McpServerSecurity security) {
			return McpServletFilter.chain(http, security);
		}

	}

	/**
	 * For reactive applications. A separate class, since other applications have no
	 * WebFlux.
	 */
	public static final class Reactive {

		private Reactive() {
		}

		/**
		 * Return the filter chain of the MCP endpoints and their metadata. It must come
		 * before all other chains.
		 * @param http builds the chain
		 * @param security the security
		 * @return the filter chain
		 */
		public static SecurityWebFilterChain chain(ServerHttpSecurity http, McpServerSecurity security) {
			return McpWebFilter.chain(http, security);
		}

	}

	/**
	 * Builder for the security of a server.
	 */
	public static final class Builder {

		private final LumoAuthAddresses addresses;

		private final String audience;

		private @Nullable String issuer;

		private @Nullable URI resource;

		private List<String> scopes = List.of();

		private List<String> hosts = List.of();

		private List<String> origins = List.of();

		private boolean proofRequired;

		private int maxSessions = 1_000;

		private int maxBody = 4 * 1024 * 1024;

		private int maxRequestsPerCaller = 50;

		private @Nullable Supplier<ToolGuard> guard;

		private Duration maxWait = WaitAllowance.DEFAULT_MAX;

		private Clock clock = Clock.systemUTC();

		private Builder(LumoAuthAddresses addresses, String audience) {
			Assert.hasText(audience, "The audience must not be blank");
			this.addresses = addresses;
			this.audience = audience;
		}

		/**
		 * Accept tokens of this issuer, instead of the issuer that LumoAuth's metadata
		 * names.
		 * @param issuer the {@code iss} of tokens
		 * @return this builder
		 */
		public Builder issuer(@Nullable String issuer) {
			this.issuer = issuer;
			return this;
		}

		/**
		 * Set the address of the MCP endpoint, as clients know it.
		 * @param resource the address, or {@code null} for the address of each request
		 * @return this builder
		 */
		public Builder resource(@Nullable URI resource) {
			this.resource = resource;
			return this;
		}

		/**
		 * Set the scopes that the token of each request must have. All of them are
		 * required.
		 * @param scopes the scopes
		 * @return this builder
		 */
		public Builder scopes(List<String> scopes) {
			this.scopes = List.copyOf(scopes);
			return this;
		}

		/**
		 * Set which values of the header {@code Host} are accepted, in addition to those
		 * of the loopback interface and of the resource.
		 * @param hosts the names, each with a port if there is one, which may be
		 * {@code *}
		 * @return this builder
		 */
		public Builder hosts(List<String> hosts) {
			this.hosts = List.copyOf(hosts);
			return this;
		}

		/**
		 * Set which values of the header {@code Origin} are accepted.
		 * @param origins the origins
		 * @return this builder
		 */
		public Builder origins(List<String> origins) {
			this.origins = List.copyOf(origins);
			return this;
		}

		/**
		 * Set whether only tokens with a proof of possession (RFC 9449) are accepted.
		 * @param required whether a proof is required
		 * @return this builder
		 */
		public Builder proofRequired(boolean required) {
			this.proofRequired = required;
			return this;
		}

		/**
		 * Set the maximum number of sessions.
		 * @param max the number
		 * @return this builder
		 */
		public Builder maxSessions(int max) {
			this.maxSessions = max;
			return this;
		}

		/**
		 * Set the maximum size of a request's body.
		 * @param bytes the size
		 * @return this builder
		 */
		public Builder maxBody(int bytes) {
			this.maxBody = bytes;
			return this;
		}

		/**
		 * Answer calls for which the caller's token lacks a scope with the challenge by
		 * which a client asks for more (RFC 6750 section 3.1), before they reach the
		 * server. The decision at the call is made in any case.
		 * @param guard supplies the guard that decides, called with the first call;
		 * {@code null} for no such challenges
		 * @return this builder
		 */
		public Builder challengeMissingScopes(@Nullable Supplier<ToolGuard> guard) {
			this.guard = guard;
			return this;
		}

		/**
		 * Set how many requests of one caller may be in progress at the same time.
		 * @param max the number
		 * @return this builder
		 */
		public Builder maxRequestsPerCaller(int max) {
			this.maxRequestsPerCaller = max;
			return this;
		}

		/**
		 * Set how long a request may wait for another one's question to LumoAuth.
		 * @param maxWait how long
		 * @return this builder
		 */
		public Builder maxWait(Duration maxWait) {
			this.maxWait = maxWait;
			return this;
		}

		/**
		 * Set the clock.
		 * @param clock the clock
		 * @return this builder
		 */
		public Builder clock(Clock clock) {
			this.clock = clock;
			return this;
		}

		/**
		 * Build the security.
		 * @param requests makes the requests for LumoAuth's metadata and keys; it must
		 * have timeouts and must not follow redirects
		 * @return the security
		 */
		public McpServerSecurity build(ClientHttpRequestFactory requests) {
			return new McpServerSecurity(this, requests);
		}

	}

}
