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
package dev.lumoauth.spring;

import java.text.ParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2Token;

/**
 * The subject of a token and the actors that act for it, for logs and audits. The chain
 * is read from the token without verifying the token.
 * <p>
 * By RFC 8693 section 4.1 the outermost {@code act} is the current actor and those inside
 * it are prior ones. LumoAuth's documents nest them in the reverse order. So with several
 * actors, the current one is not known until the application names the order
 * ({@link #in}).
 * <p>
 * <strong>Never base an access decision on this chain.</strong> An access decision may
 * use only the top-level claims of a verified token and its current actor; prior actors
 * are information only (RFC 8693 section 4.1).
 *
 * @param subject the {@code sub} claim as it is in the token; {@code null} if there is
 * none
 * @param actors the {@code sub} of each actor in the {@code act} claim as it is in the
 * token, the outermost first, 16 at most, {@code ?} for one without; empty if the subject
 * acts itself
 * @param order the order of the actors
 * @since 0.1.0
 */
public record ActorChain(@Nullable String subject, List<String> actors, ActorOrder order) {

	/** In characters. A longer token is not read: servers accept no larger headers. */
	private static final int MAX_TOKEN_LENGTH = 16_384;

	private static final int MAX_ACTORS = 16;

	private static final int MAX_NAME_LENGTH = 128;

	private static final String UNNAMED = "?";

	/** Characters that could forge a line or a link of the chain. */
	private static final Pattern HIDDEN = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}<\\\\]");

	public ActorChain {
		actors = List.copyOf(actors);
	}

	/**
	 * Create a chain whose order isn't known.
	 * @param subject the subject, or {@code null} if there is none
	 * @param actors the actors, the outermost first
	 */
	public ActorChain(@Nullable String subject, List<String> actors) {
		this(subject, actors, ActorOrder.UNKNOWN);
	}

	/**
	 * Read the chain of a token, whose order isn't known.
	 * @param token the token
	 * @return the chain; {@linkplain #isEmpty() empty} if the token is opaque or cannot
	 * be read
	 */
	public static ActorChain of(OAuth2Token token) {
		return of(token.getTokenValue());
	}

	/**
	 * Read the chain of a token, whose order isn't known.
	 * @param token the token's value
	 * @return the chain; {@linkplain #isEmpty() empty} if the token is opaque or cannot
	 * be read
	 */
	public static ActorChain of(String token) {
		try {
			JWTClaimsSet claims = (token.length() <= MAX_TOKEN_LENGTH) ? JWTParser.parse(token).getJWTClaimsSet()
					: null;
			if (claims != null) {
				return new ActorChain((claims.getClaim("sub") instanceof String subject) ? subject : null,
						actors(claims.getClaim("act")));
			}
		}
		catch (ParseException | RuntimeException ex) {
			// opaque
		}
		return new ActorChain(null, List.of());
	}

	private static List<String> actors(@Nullable Object outermost) {
		List<String> actors = new ArrayList<>();
		Object act = outermost;
		while (act instanceof Map<?, ?> actor && actors.size() < MAX_ACTORS) {
			actors.add((actor.get("sub") instanceof String name) ? name : UNNAMED);
			act = actor.get("act");
			if (act != null && !(act instanceof Map)) {
				// There is an actor, though its name can't be read: the outer actor is
				// not the only one.
				actors.add(UNNAMED);
			}
		}
		return actors;
	}

	/**
	 * Return the same chain in an order that the application knows.
	 * @param order the order in which its LumoAuth's tokens name several actors
	 * @return the chain
	 */
	public ActorChain in(ActorOrder order) {
		return new ActorChain(this.subject, this.actors, order);
	}

	/**
	 * Return who acts now.
	 * @return the {@code sub} of the current actor as it is in the token; {@code null} if
	 * the subject acts itself, if the current actor has no name, or if there are several
	 * actors and it isn't known which one is current
	 */
	public @Nullable String currentActor() {
		List<String> ordered = currentFirst();
		return (ordered == null || ordered.isEmpty() || ordered.get(0).equals(UNNAMED)) ? null : ordered.get(0);
	}

	/**
	 * The actors from the current one back to the first, or {@code null} if that order
	 * isn't known. A chain that was cut lacks its innermost actor.
	 */
	private @Nullable List<String> currentFirst() {
		if (this.actors.size() < 2 || this.order == ActorOrder.RFC8693) {
			return this.actors;
		}
		if (this.order == ActorOrder.UNKNOWN || this.actors.size() >= MAX_ACTORS) {
			return null;
		}
		List<String> reversed = new ArrayList<>(this.actors);
		Collections.reverse(reversed);
		return reversed;
	}

	/**
	 * Return whether nothing is known of the token.
	 * @return {@code true} if there is neither a subject nor an actor
	 */
	public boolean isEmpty() {
		return this.subject == null && this.actors.isEmpty();
	}

	/**
	 * Return the chain for a log line: {@code user-1 <- agt_a <- agt_b}, where
	 * {@code agt_a} is the current actor, or {@code user-1 <- agt_a <?> agt_b} if that
	 * isn't known. Characters that could forge a line or a link of the chain are escaped,
	 * and long names are cut.
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		append(text, (this.subject != null) ? this.subject : UNNAMED);
		List<String> ordered = currentFirst();
		String link = " <- ";
		for (String actor : (ordered != null) ? ordered : this.actors) {
			append(text.append(link), actor);
			link = (ordered != null) ? " <- " : " <?> ";
		}
		return text.toString();
	}

	private static void append(StringBuilder text, String name) {
		int length = Math.min(name.length(), MAX_NAME_LENGTH);
		text.append(HIDDEN.matcher(name.substring(0, length))
			.replaceAll((hidden) -> hidden.group()
				.chars()
				.mapToObj((character) -> String.format("\\\\u%04x", character))
				.collect(Collectors.joining())));
		if (length < name.length()) {
			text.append('…');
		}
	}

}
