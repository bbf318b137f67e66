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
 * two. For any number of threads.
 *
 * @since 0.1.0
 */
public final class AAuthAgent implements SigningAgent {

	/** As long as LumoAuth's own. */
	static final Duration TOKEN_LIFE = Duration.ofHours(1);

	private static final Duration RENEWED_BEFORE = Duration.ofMinutes(5);

	private static final int DEFAULT_MAX_BODY_SIZE = 10 * 1024 * 1024;

	/** LumoAuth's issuer and a few resources. */
	private static final int MAX_TOKENS = 100;

	private final String identifier;

	private final String delegate;

	private final Supplier<SigningKey> key;

	private final Supplier<@Nullable SigningKey> nextKey;

	private final Clock clock;

	private final MessageSigner signer;

	private final DPoPProofs proofs;

	private final Map<String, AgentToken> tokens = new ConcurrentHashMap<>();

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
	 * LumoAuth knows it, without a slash at its end
	 * @param key gives the key that signs at the moment: Ed25519, or RSA with 2048 bits
	 * or more; asked for each request
	 * @return the builder
	 */
	public static Builder builder(String identifier, Supplier<SigningKey> key) {
		return new Builder(identifier, key);
	}

	/**
	 * Return who the agent is.
	 * @return its identifier
	 */
	@Override
	public String identifier() {
		return this.identifier;
	}

	/**
	 * Return the key that signs at the moment. What is bound to a key is bound to this
	 * one from then on.
	 * @return the key, which signs by Ed25519 or by RSASSA-PSS with SHA-512
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if there is none
	 */
	@Override
	public SigningKey key() {
		SigningKey given = this.key.get();
		Current now = this.current;
		return given.equals(now.given()) ? now.signing() : use(given);
	}

	private synchronized SigningKey use(SigningKey given) {
		Current now = this.current;
		if (!given.equals(now.given())) {
			now = new Current(given, MessageSigner.signing(given));
			this.proofs.use(now.signing());
			this.tokens.clear();
			this.current = now;
		}
		return now.signing();
	}

	/**
	 * Return what receivers may know the agent by: the key that signs, and the one that
	 * is to follow.
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
	 * Return the agent's token ({@code agent+jwt}) for someone, which the agent issues
	 * itself: from memory, or a new one.
	 * @param audience for whom it is: LumoAuth's issuer, or a resource
	 * @return the token in its compact form, good for five minutes at least. It is no
	 * secret: without the key it is worth nothing
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
	 * Return what signs the agent's requests to others than LumoAuth.
	 * @return what signs
	 */
	public RequestSigner signer() {
		return this.signer;
	}

	/**
	 * Return what proves that the agent has its key to who takes bound tokens (RFC 9449).
	 * @return the proofs
	 */
	public DPoPProofs proofs() {
		return this.proofs;
	}

	/**
	 * Return the time by which the agent signs.
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
	 * What the key that is given signs by: looked at once.
	 */
	private record Current(SigningKey given, SigningKey signing) {
	}

	private record AgentToken(String value, SigningKey key, Instant renewAt) {
	}

	/**
	 * Builds an {@link AAuthAgent}.
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
		 * Set which of the agent's instances it is.
		 * @param delegate the {@code sub} of its tokens; the identifier by default
		 * @return this builder
		 */
		public Builder delegate(@Nullable String delegate) {
			this.delegate = delegate;
			return this;
		}

		/**
		 * Set the key that is to follow: it is published, and does not sign.
		 * @param nextKey gives the key, or {@code null} if none is to follow
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
		 * Set how large the body of a signed request may be.
		 * @param maxBodySize the bytes; 10 MiB by default
		 * @return this builder
		 */
		public Builder maxBodySize(int maxBodySize) {
			this.maxBodySize = maxBodySize;
			return this;
		}

		/**
		 * Return what was built.
		 * @return the agent
		 * @throws IllegalArgumentException if the key is none of AAuth's
		 */
		public AAuthAgent build() {
			return new AAuthAgent(this);
		}

	}

}
