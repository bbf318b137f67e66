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

package dev.lumoauth.spring.event;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.SignedJWT;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.util.Assert;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.LumoAuthJson;

/**
 * Receives security event tokens (RFC 8417) that LumoAuth pushes (RFC 8935). A token is
 * accepted if LumoAuth has signed it for this application a short time ago, and if it has
 * not been accepted before. Expensive checks come last: a signature is checked only if
 * everything else is right.
 *
 * @since 0.1.0
 */
public final class SecurityEventReceiver implements EventReceiver {

	/**
	 * By how much LumoAuth's clock may be ahead.
	 */
	public static final Duration SKEW = Duration.ofSeconds(60);

	static final int SIGNATURES_PER_SECOND = 500;

	/** How old an event may be. */
	private static final Duration MAX_AGE = Duration.ofMinutes(5);

	private static final Log logger = LogFactory.getLog(SecurityEventReceiver.class);

	private static final String CHANNEL = "ssf";

	private static final String TYPE = "secevent+jwt";

	/** In characters. */
	private static final int MAX_ID = 2048;

	private final Revocations revocations;

	private final EventIssuer issuer;

	private final EventClaims claims;

	private final byte @Nullable [] authorization;

	private final @Nullable EventStreamRegistration stream;

	private final RateLimit signatures;

	/**
	 * Create a receiver.
	 * @param revocations handles the events
	 * @param http the connection to LumoAuth, whose metadata says who signs
	 * @param requestFactory fetches the keys; it must have timeouts and must not follow
	 * redirects
	 * @param audience the audience of the events, which is the audience of the stream
	 * @param authorizationToken the token that the sender has to send in addition;
	 * {@code null} = none
	 * @param stream learns of LumoAuth's messages about the stream itself
	 */
	public SecurityEventReceiver(Revocations revocations, LumoAuthHttp http, ClientHttpRequestFactory requestFactory,
			String audience, @Nullable String authorizationToken, @Nullable EventStreamRegistration stream) {
		this(revocations, http, requestFactory, audience, authorizationToken, stream, Clock.systemUTC(),
				System::nanoTime);
	}

	SecurityEventReceiver(Revocations revocations, LumoAuthHttp http, ClientHttpRequestFactory requestFactory,
			String audience, @Nullable String authorizationToken, @Nullable EventStreamRegistration stream, Clock clock,
			LongSupplier nanoTime) {
		Assert.hasText(audience, "The audience must not be blank");
		this.revocations = revocations;
		this.issuer = new EventIssuer(http.endpoints(), requestFactory, nanoTime);
		this.claims = new EventClaims(audience, MAX_AGE, clock);
		this.authorization = (authorizationToken != null) ? authorizationToken.getBytes(StandardCharsets.UTF_8) : null;
		this.stream = stream;
		this.signatures = new RateLimit(SIGNATURES_PER_SECOND, nanoTime);
	}

	@Override
	public EventReply receive(Function<String, List<String>> headers, byte[] body) {
		EventReply refusal = refusal(headers, body);
		if (refusal != null) {
			return this.revocations.refused(CHANNEL, refusal);
		}
		try {
			SignedJWT token = SignedJWT.parse(new String(body, StandardCharsets.ISO_8859_1).trim());
			Assert.isTrue(new JOSEObjectType(TYPE).equals(token.getHeader().getType()), "its typ is not " + TYPE);
			Map<String, Object> claims = LumoAuthJson.read(token.getPayload().toBytes());
			Assert.isTrue(claims.get("jti") instanceof String id && !id.isBlank() && id.length() <= MAX_ID,
					"it has no jti");
			EventIssuer.Known known = this.issuer.get();
			refusal = this.claims.refusal(claims, known.metadata().issuer());
			if (EventReply.INVALID_ISSUER.equals(refusal) && this.issuer.hasChanged(known)) {
				refusal = EventReply.UNAVAILABLE;
			}
			if (refusal == null) {
				Map<?, ?> events = this.claims.events(claims);
				refusal = refusalOfSignature(token, known);
				if (refusal == null) {
					return take(claims, events);
				}
			}
			return this.revocations.refused(CHANNEL, refusal);
		}
		catch (ParseException | IllegalArgumentException ex) {
			logger.debug("A security event is refused: " + ex.getMessage());
			return this.revocations.refused(CHANNEL, EventReply.INVALID_REQUEST);
		}
		catch (LumoAuthUnavailableException ex) {
			logger.debug("A security event can't be checked", ex);
			return this.revocations.refused(CHANNEL, EventReply.UNAVAILABLE);
		}
	}

	private @Nullable EventReply refusal(Function<String, List<String>> headers, byte[] body) {
		if (body.length > MAX_BYTES) {
			return EventReply.TOO_LARGE;
		}
		if (this.authorization != null) {
			List<String> values = headers.apply(HttpHeaders.AUTHORIZATION);
			String value = (values.size() == 1) ? values.get(0) : "";
			boolean bearer = value.regionMatches(true, 0, "Bearer ", 0, 7);
			byte[] shown = (bearer ? value.substring(7).trim() : "").getBytes(StandardCharsets.UTF_8);
			// The duration depends on the length of what is shown alone.
			if (!MessageDigest.isEqual(shown, this.authorization)) {
				return EventReply.AUTHENTICATION_FAILED;
			}
		}
		List<String> types = headers.apply(HttpHeaders.CONTENT_TYPE);
		boolean right = types.size() == 1
				&& types.get(0).split(";", 2)[0].trim().equalsIgnoreCase("application/" + TYPE);
		return right ? null : EventReply.INVALID_REQUEST;
	}

	/**
	 * The key is looked up first: an event that was not signed with a key of LumoAuth
	 * does not count against the rate limit.
	 */
	private @Nullable EventReply refusalOfSignature(SignedJWT token, EventIssuer.Known known) {
		String id = token.getHeader().getKeyID();
		if (id == null) {
			return EventReply.INVALID_KEY;
		}
		if (known.keys().find(id) == null) {
			// It may be a new key, which LumoAuth shows or this process reads a moment
			// later.
			this.issuer.hasChanged(known);
			return EventReply.UNAVAILABLE;
		}
		if (!this.signatures.tryAcquire()) {
			return EventReply.TOO_MANY;
		}
		try {
			known.decoder().decode(token.serialize());
			return null;
		}
		catch (BadJwtException ex) {
			logger.debug("A security event is refused: " + ex.getMessage());
			return EventReply.INVALID_KEY;
		}
		catch (JwtException ex) {
			throw new LumoAuthUnavailableException("LumoAuth's keys can't be read", ex);
		}
	}

	private EventReply take(Map<String, Object> claims, Map<?, ?> events) {
		Map<String, Set<String>> subjects = EventClaims.subjects(claims, events);
		EventReply reply = this.revocations.take(CHANNEL, CHANNEL + " " + claims.get("jti"),
				MAX_AGE.plus(SKEW).plusSeconds(1), subjects);
		if (this.stream != null && reply.equals(EventReply.TAKEN)) {
			tell(this.stream, events);
		}
		return reply;
	}

	private static void tell(EventStreamRegistration stream, Map<?, ?> events) {
		if (events.containsKey(EventTypes.VERIFICATION)) {
			stream.verified(text(events.get(EventTypes.VERIFICATION), "state"));
		}
		if (events.containsKey(EventTypes.STREAM_UPDATED)) {
			stream.updated(text(events.get(EventTypes.STREAM_UPDATED), "status"));
		}
	}

	private static @Nullable String text(@Nullable Object event, String name) {
		return (event instanceof Map<?, ?> fields && fields.get(name) instanceof String text) ? text : null;
	}

}
