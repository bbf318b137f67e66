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

package dev.lumoauth.spring.aauth.resource;

import java.net.URI;
import java.time.Clock;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.util.Assert;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.aauth.resource.RequestAuthenticator.AgentToken;
import dev.lumoauth.spring.aauth.resource.RequestAuthenticator.PresentedCaller;
import dev.lumoauth.spring.aauth.signature.NonceStore;
import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.key.RemoteKeys;
import dev.lumoauth.spring.token.key.SigningKey;

/**
 * A service that agents call with AAuth: its identifier, the issuer whose tokens it
 * accepts, and the signatures that it remembers. {@link AAuthAuthenticationFilter} uses
 * it to check requests. Thread-safe.
 *
 * @since 0.1.0
 */
public final class AAuthResource implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(AAuthResource.class);

	/**
	 * The attribute of a request with the caller who has signed it without an auth token.
	 */
	static final String CALLER = AAuthResource.class.getName() + ".CALLER";

	private static final int DEFAULT_MAX_NONCES = 1_000_000;

	private static final int DEFAULT_MAX_BODY_SIZE = 1024 * 1024;

	private final String identifier;

	private final String issuer;

	private final Set<String> scopes;

	private final int maxBodySize;

	private final RemoteKeys issuerKeys;

	private final RequestAuthenticator authenticator;

	private final @Nullable ResourceTokens resourceTokens;

	private AAuthResource(Builder builder) {
		this.identifier = builder.identifier;
		this.issuer = builder.issuer;
		this.scopes = new TreeSet<>(builder.scopes);
		this.maxBodySize = builder.maxBodySize;
		Clock clock = builder.clock;
		NonceStore nonces = (builder.nonces != null) ? builder.nonces
				: new InMemoryNonceStore(DEFAULT_MAX_NONCES, clock);
		this.issuerKeys = AuthTokenVerifier.keys(builder.issuer, builder.requestFactory);
		this.authenticator = new RequestAuthenticator(builder.identifier, builder.authorities,
				new AuthTokenVerifier(builder.identifier, builder.issuer, this.issuerKeys, clock), nonces, clock);
		this.resourceTokens = (builder.key != null)
				? new ResourceTokens(builder.identifier, builder.issuer, builder.key, this.scopes, clock) : null;
	}

	/**
	 * Return a builder.
	 * @param identifier the identifier of the service: the {@code https} address under
	 * which LumoAuth knows it, without a trailing slash
	 * @param issuer LumoAuth's issuer
	 * @param requestFactory fetches LumoAuth's keys; it must have timeouts and must not
	 * follow redirects
	 * @return the builder
	 */
	public static Builder builder(String identifier, String issuer, ClientHttpRequestFactory requestFactory) {
		return new Builder(identifier, issuer, requestFactory);
	}

	/**
	 * Return the identifier of the service.
	 * @return the identifier
	 */
	public String identifier() {
		return this.identifier;
	}

	/**
	 * Return the issuer whose auth tokens are accepted.
	 * @return LumoAuth's issuer
	 */
	public String issuer() {
		return this.issuer;
	}

	/**
	 * Return the scopes that agents can have here.
	 * @return the scopes, in alphabetical order
	 */
	public Set<String> scopes() {
		return new TreeSet<>(this.scopes);
	}

	/**
	 * Return the object that issues and checks this service's resource tokens.
	 * @return the resource tokens, or {@code null} if the service has no key
	 */
	public @Nullable ResourceTokens resourceTokens() {
		return this.resourceTokens;
	}

	/**
	 * Return the maximum size of a request's body.
	 * @return the number of bytes
	 */
	public int maxBodySize() {
		return this.maxBodySize;
	}

	RequestAuthenticator authenticator() {
		return this.authenticator;
	}

	/**
	 * Return the answer to a caller without an auth token.
	 * @param caller the caller who has signed, if it is a {@link PresentedCaller}
	 */
	Refusal challenge(@Nullable Object caller) {
		AgentToken agent = (caller instanceof PresentedCaller presented) ? presented.agent() : null;
		if (agent == null) {
			return Refusal.unsigned();
		}
		try {
			String token = (this.resourceTokens != null)
					? this.resourceTokens.issue(agent.agent(), agent.key().thumbprint(), this.scopes) : null;
			return Refusal.authTokenWanted(token, this.issuer);
		}
		catch (LumoAuthUnavailableException ex) {
			logger.warn("An agent can't be given a resource token: " + ex.getMessage());
			return Refusal.UNAVAILABLE;
		}
	}

	/**
	 * Stop fetching LumoAuth's keys.
	 */
	@Override
	public void close() {
		this.issuerKeys.close();
	}

	@Override
	public String toString() {
		return "AAuthResource[" + this.identifier + "]";
	}

	/**
	 * Builder for an {@link AAuthResource}.
	 */
	public static final class Builder {

		private final String identifier;

		private final String issuer;

		private final ClientHttpRequestFactory requestFactory;

		private Collection<String> authorities = Set.of();

		private Collection<String> scopes = Set.of();

		private @Nullable NonceStore nonces;

		private @Nullable Supplier<SigningKey> key;

		private Clock clock = Clock.systemUTC();

		private int maxBodySize = DEFAULT_MAX_BODY_SIZE;

		private Builder(String identifier, String issuer, ClientHttpRequestFactory requestFactory) {
			Origin.of(URI.create(identifier));
			Origin.of(URI.create(issuer));
			this.identifier = identifier;
			this.issuer = issuer;
			this.requestFactory = requestFactory;
		}

		/**
		 * Set the names by which the service may be called.
		 * @param authorities host, and port if it is not the scheme's default; by default
		 * that of the identifier
		 * @return this builder
		 */
		public Builder authorities(Collection<String> authorities) {
			this.authorities = authorities;
			return this;
		}

		/**
		 * Set the scopes that agents can have here, and for which they are asked to get a
		 * token.
		 * @param scopes the scopes; none by default
		 * @return this builder
		 */
		public Builder scopes(Collection<String> scopes) {
			this.scopes = scopes;
			return this;
		}

		/**
		 * Set the store of used signatures: all replicas of the service need the same
		 * store. By default the store is in this process, for up to 1,000,000 signatures.
		 * @param nonces the store
		 * @return this builder
		 */
		public Builder nonces(NonceStore nonces) {
			this.nonces = nonces;
			return this;
		}

		/**
		 * Set the key that signs resource tokens. Without a key, agents are told whom to
		 * ask for a token, but get no resource token for it.
		 * @param key supplies the key: Ed25519, or RSA with 2048 bits or more; called for
		 * each token
		 * @return this builder
		 */
		public Builder key(Supplier<SigningKey> key) {
			this.key = key;
			return this;
		}

		/**
		 * Set the clock; the system's by default.
		 * @param clock the clock
		 * @return this builder
		 */
		public Builder clock(Clock clock) {
			this.clock = clock;
			return this;
		}

		/**
		 * Set the maximum size of a request's body, which is kept in memory to be
		 * checked.
		 * @param maxBodySize the number of bytes; 1 MiB by default
		 * @return this builder
		 */
		public Builder maxBodySize(int maxBodySize) {
			Assert.isTrue(maxBodySize >= 0 && maxBodySize < Integer.MAX_VALUE, "The size must not be negative");
			this.maxBodySize = maxBodySize;
			return this;
		}

		/**
		 * Build the service.
		 * @return the service
		 */
		public AAuthResource build() {
			return new AAuthResource(this);
		}

	}

}
