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

package dev.lumoauth.spring.aauth.agent;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.aauth.api.SigningAgent;
import dev.lumoauth.spring.aauth.signature.MessageSigner;
import dev.lumoauth.spring.token.RequestSigner;
import dev.lumoauth.spring.token.dpop.DPoPProofs;
import dev.lumoauth.spring.token.key.SigningKey;

/**
 * An agent that signs its requests: its identifier, its key, and the tokens that bind the
 * two. Thread-safe.
 *
 * @since 0.1.0
 */
public final class AAuthAgent implements SigningAgent {

	/** The same lifetime as that of LumoAuth's own tokens. */
	static final Duration TOKEN_LIFE = Duration.ofHours(1);

	private static final Duration RENEWED_BEFORE = Duration.ofMinutes(5);

	private static final int DEFAULT_MAX_BODY_SIZE = 10 * 1024 * 1024;

	/** Enough for LumoAuth's issuer and a few resources. */
	private static final int MAX_TOKENS = 100;

	private final String identifier;

	private final String delegate;

	private final Supplier<SigningKey> key;

	private final Supplier<@Nullable SigningKey> nextKey;

	private final Clock clock;

	private final MessageSigner signer;

	private final DPoPProofs proofs;

	private final Map<String, AgentToken> tokens = new ConcurrentHashMap<>();

	private final Lock changing = new ReentrantLock();

	private volatile Current current;

	private AAuthAgent(Builder builder) {
		this.identifier = builder.identifier;
		this.delegate = (builder.delegate != null) ? builder.delegate : builder.identifier;
		this.key = builder.key;
		this.nextKey = builder.nextKey;
		this.clock = builder.clock;
		this.signer = MessageSigner.of(this::key, builder.clock, builder.maxBodySize);
		SigningKey given = builder.key.get();
		this.current = new Current(given, MessageSigner.signing(given));
		this.proofs = DPoPProofs.of(this.current.signing(), builder.clock);
	}

	/**
	 * Return a builder.
	 * @param identifier the agent's identifier: the {@code https} address under which
	 * LumoAuth knows it, without a trailing slash
	 * @param key supplies the current signing key: Ed25519, or RSA with 2048 bits or
	 * more; called for each request
	 * @return the builder
	 */
	public static Builder builder(String identifier, Supplier<SigningKey> key) {
		return new Builder(identifier, key);
	}

	/**
	 * Return the identifier of the agent.
	 * @return the identifier
	 */
	@Override
	public String identifier() {
		return this.identifier;
	}

	/**
	 * Return the current signing key. Tokens that are bound from now on are bound to this
	 * key.
	 * @return the key, which signs with Ed25519 or with RSASSA-PSS with SHA-512
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if there is no key
	 */
	@Override
	public SigningKey key() {
		SigningKey given = this.key.get();
		Current now = this.current;
		return given.equals(now.given()) ? now.signing() : newKey();
	}

	/**
	 * The key is read again, since the key that this thread has read may be older than
	 * the current one. Otherwise, a token could be bound to the previous key, and kept as
	 * one of the new key.
	 */
	private SigningKey newKey() {
		// No monitor: a virtual thread that reads the key would keep its carrier thread.
		this.changing.lock();
		try {
			SigningKey given = this.key.get();
			Current now = this.current;
			if (!given.equals(now.given())) {
				now = new Current(given, MessageSigner.signing(given));
				this.proofs.use(now.signing());
				this.tokens.clear();
				this.current = now;
			}
			return now.signing();
		}
		finally {
			this.changing.unlock();
		}
	}

	/**
	 * Return the keys by which receivers may know the agent: the signing key and the next
	 * one.
	 * @return the public keys
	 */
	public List<JWK> publicKeys() {
		List<JWK> keys = new ArrayList<>();
		keys.add(published(key()));
		SigningKey next = this.nextKey.get();
		if (next != null) {
			JWK published = published(MessageSigner.signing(next));
			if (!keys.contains(published)) {
				keys.add(published);
			}
		}
		return keys;
	}

	private static JWK published(SigningKey key) {
		return PublishedKey.of(key);
	}

	/**
	 * Return the agent's token ({@code agent+jwt}) for an audience, which the agent
	 * issues itself: from memory, or a new one.
	 * @param audience the audience: LumoAuth's issuer, or a resource
	 * @return the token in its compact form, valid for at least five minutes. It is not a
	 * secret: it is useless without the key
	 */
	@Override
	public String agentToken(String audience) {
		SigningKey key = key();
		Instant now = this.clock.instant();
		AgentToken known = this.tokens.get(audience);
		if (known != null && known.key().equals(key) && now.isBefore(known.renewAt())) {
			return known.value();
		}
		String value = key.sign("agent+jwt", Map.of(),
				new JWTClaimsSet.Builder().issuer(this.identifier)
					.subject(this.delegate)
					.audience(audience)
					.issueTime(Date.from(now))
					.expirationTime(Date.from(now.plus(TOKEN_LIFE)))
					.jwtID(UUID.randomUUID().toString())
					.claim("cnf", Map.of("jwk", published(key).toJSONObject()))
					.build());
		if (this.tokens.size() >= MAX_TOKENS) {
			this.tokens.clear();
		}
		this.tokens.put(audience, new AgentToken(value, key, now.plus(TOKEN_LIFE).minus(RENEWED_BEFORE)));
		return value;
	}

	/**
	 * Return the signer for the agent's requests to servers other than LumoAuth.
	 * @return the signer
	 */
	public RequestSigner signer() {
		return this.signer;
	}

	/**
	 * Return the proofs that the agent has its key, for servers that accept bound tokens
	 * (RFC 9449).
	 * @return the proofs
	 */
	public DPoPProofs proofs() {
		return this.proofs;
	}

	/**
	 * Return the clock for the agent's signatures.
	 * @return the clock
	 */
	@Override
	public Clock clock() {
		return this.clock;
	}

	@Override
	public String toString() {
		return "AAuthAgent[" + this.identifier + "]";
	}

	/**
	 * A supplied key and the key that signs with it, so that each key is examined once.
	 */
	private record Current(SigningKey given, SigningKey signing) {
	}

	private record AgentToken(String value, SigningKey key, Instant renewAt) {
	}

	/**
	 * Builder for an {@link AAuthAgent}.
	 */
	public static final class Builder {

		private final String identifier;

		private final Supplier<SigningKey> key;

		private @Nullable String delegate;

		private Supplier<@Nullable SigningKey> nextKey = () -> null;

		private Clock clock = Clock.systemUTC();

		private int maxBodySize = DEFAULT_MAX_BODY_SIZE;

		private Builder(String identifier, Supplier<SigningKey> key) {
			this.identifier = identifier;
			this.key = key;
		}

		/**
		 * Set the instance of the agent.
		 * @param delegate the {@code sub} of its tokens; the identifier by default
		 * @return this builder
		 */
		public Builder delegate(@Nullable String delegate) {
			this.delegate = delegate;
			return this;
		}

		/**
		 * Set the next key: it is published, but does not sign.
		 * @param nextKey supplies the key, or {@code null} if there is no next key
		 * @return this builder
		 */
		public Builder nextKey(Supplier<@Nullable SigningKey> nextKey) {
			this.nextKey = nextKey;
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
		 * Set the maximum size of a signed request's body.
		 * @param maxBodySize the number of bytes; 10 MiB by default
		 * @return this builder
		 */
		public Builder maxBodySize(int maxBodySize) {
			this.maxBodySize = maxBodySize;
			return this;
		}

		/**
		 * Build the agent.
		 * @return the agent
		 * @throws IllegalArgumentException if the key is not one that AAuth supports
		 */
		public AAuthAgent build() {
			return new AAuthAgent(this);
		}

	}

}
