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
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

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
public final class AAuthAgent {

	private static final Log logger = LogFactory.getLog(AAuthAgent.class);

	/** The same lifetime as that of LumoAuth's own tokens. */
	static final Duration TOKEN_LIFE = Duration.ofHours(1);

	private static final Duration RENEWED_BEFORE = Duration.ofMinutes(5);

	/** A larger body is not kept in memory to be signed. */
	private static final int MAX_BODY_SIZE = 10 * 1024 * 1024;

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

	/**
	 * Create an agent.
	 * @param identifier the agent's identifier: the {@code https} address under which
	 * LumoAuth knows it, without a trailing slash
	 * @param delegate the instance of the agent: the {@code sub} of its tokens
	 * @param key supplies the current signing key: Ed25519, or RSA with 2048 bits or
	 * more; called for each request
	 * @param nextKey supplies the next key, which is published and does not sign, or
	 * {@code null} if there is none
	 * @param clock the clock
	 * @throws IllegalArgumentException if the key is not one that AAuth supports
	 */
	public AAuthAgent(String identifier, String delegate, Supplier<SigningKey> key,
			Supplier<@Nullable SigningKey> nextKey, Clock clock) {
		this.identifier = identifier;
		this.delegate = delegate;
		this.key = key;
		this.nextKey = nextKey;
		this.clock = clock;
		this.signer = MessageSigner.of(this::key, clock, MAX_BODY_SIZE);
		SigningKey given = key.get();
		this.current = new Current(given, MessageSigner.signing(given));
		this.proofs = DPoPProofs.of(this.current.signing(), clock);
	}

	/**
	 * Return the identifier of the agent.
	 * @return the identifier
	 */
	public String identifier() {
		return this.identifier;
	}

	/**
	 * Return the current signing key. Tokens that are bound from now on are bound to this
	 * key.
	 * @return the key, which signs with Ed25519 or with RSASSA-PSS with SHA-512
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if there is no key
	 */
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
				now = new Current(given, suitable(given, now.signing()));
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

	private static SigningKey suitable(SigningKey given, SigningKey before) {
		try {
			SigningKey signing = MessageSigner.signing(given);
			logger.info("The agent has a new key, with the thumbprint " + signing.thumbprint());
			return signing;
		}
		catch (IllegalArgumentException ex) {
			logger.warn("The agent's new key can't sign: " + ex.getMessage() + ". The previous key stays in use.");
			return before;
		}
	}

	/**
	 * Return the agent's token ({@code agent+jwt}) for an audience, which the agent
	 * issues itself: from memory, or a new one.
	 * @param audience the audience: LumoAuth's issuer, or a resource
	 * @return the token in its compact form, valid for at least five minutes. It is not a
	 * secret: it is useless without the key
	 */
	public String agentToken(String audience) {
		return token(audience).value();
	}

	/**
	 * Return the agent's token for an audience with the key that it names.
	 */
	AgentToken token(String audience) {
		SigningKey key = key();
		Instant now = this.clock.instant();
		AgentToken known = this.tokens.get(audience);
		if (known != null && known.key().equals(key) && now.isBefore(known.renewAt())) {
			return known;
		}
		String value = key.sign("agent+jwt", Map.of(),
				new JWTClaimsSet.Builder().issuer(this.identifier)
					.subject(this.delegate)
					.audience(audience)
					.issueTime(Date.from(now))
					.expirationTime(Date.from(now.plus(TOKEN_LIFE)))
					.jwtID(UUID.randomUUID().toString())
					.claim("cnf", Map.of("jwk", MessageSigner.published(key).toJSONObject()))
					.build());
		if (this.tokens.size() >= MAX_TOKENS) {
			this.tokens.clear();
		}
		AgentToken token = new AgentToken(value, key, now.plus(TOKEN_LIFE).minus(RENEWED_BEFORE));
		this.tokens.put(audience, token);
		return token;
	}

	/**
	 * Return the keys by which receivers may know the agent: the signing key and the next
	 * one.
	 * @return the public keys, with their ids and their use
	 */
	public List<JWK> publicKeys() {
		SigningKey next = this.nextKey.get();
		return Stream.concat(Stream.of(key()), Stream.ofNullable(next).map(MessageSigner::signing))
			.map(MessageSigner::published)
			.distinct()
			.toList();
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

	/**
	 * A token, with the key that it names.
	 */
	record AgentToken(String value, SigningKey key, Instant renewAt) {

		/**
		 * Without the token.
		 */
		@Override
		public String toString() {
			return "AgentToken[" + this.key + "]";
		}
	}

}
