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
import java.util.List;
import java.util.Map;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2Token;

/**
 * Whom a token speaks for and who acts with it, for logs and audits. It is read from the
 * token without verifying it.
 * <p>
 * <strong>Never decide about access by it.</strong> Only the token's top-level claims and
 * the current actor may be looked at for that, after verification; prior actors are
 * information only (RFC 8693 section 4.1).
 *
 * @param subject the {@code sub} claim as it is in the token; {@code null} if there is
 * none
 * @param actors the {@code sub} of each actor in the {@code act} claim as it is in the
 * token, the current one first, 16 at most; empty if the subject acts itself
 * @since 0.1.0
 */
public record ActorChain(@Nullable String subject, List<String> actors) {

	private static final ActorChain EMPTY = new ActorChain(null, List.of());

	/** In characters; what is larger is not read. Servers take no larger headers. */
	private static final int MAX_TOKEN_LENGTH = 16_384;

	private static final int MAX_ACTORS = 16;

	private static final int MAX_NAME_LENGTH = 128;

	private static final String UNNAMED = "?";

	public ActorChain {
		actors = List.copyOf(actors);
	}

	/**
	 * Read the chain of a token.
	 * @param token the token
	 * @return the chain; {@linkplain #isEmpty() empty} if the token is opaque or cannot
	 * be read
	 */
	public static ActorChain of(OAuth2Token token) {
		return of(token.getTokenValue());
	}

	/**
	 * Read the chain of a token.
	 * @param token the token's value
	 * @return the chain; {@linkplain #isEmpty() empty} if the token is opaque or cannot
	 * be read
	 */
	public static ActorChain of(String token) {
		if (token.length() > MAX_TOKEN_LENGTH) {
			return EMPTY;
		}
		try {
			JWTClaimsSet claims = JWTParser.parse(token).getJWTClaimsSet();
			return (claims != null) ? of(claims) : EMPTY;
		}
		catch (ParseException | RuntimeException ex) {
			return EMPTY; // opaque
		}
	}

	private static ActorChain of(JWTClaimsSet claims) {
		List<String> actors = new ArrayList<>();
		Object act = claims.getClaim("act");
		while (act instanceof Map<?, ?> actor && actors.size() < MAX_ACTORS) {
			actors.add((actor.get("sub") instanceof String name) ? name : UNNAMED);
			act = actor.get("act");
		}
		return new ActorChain((claims.getClaim("sub") instanceof String subject) ? subject : null, actors);
	}

	/**
	 * Return whether nothing is known of the token.
	 * @return {@code true} if there is neither a subject nor an actor
	 */
	public boolean isEmpty() {
		return this.subject == null && this.actors.isEmpty();
	}

	/**
	 * Return the chain for a log line, such as {@code user-1 <- agt_a <- agt_b}. What
	 * could forge a line or a link of the chain is escaped, and long names are cut.
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		append(text, (this.subject != null) ? this.subject : UNNAMED);
		for (String actor : this.actors) {
			append(text.append(" <- "), actor);
		}
		return text.toString();
	}

	private static void append(StringBuilder text, String name) {
		int length = Math.min(name.length(), MAX_NAME_LENGTH);
		for (int i = 0; i < length; i++) {
			char character = name.charAt(i);
			if (isPlain(character)) {
				text.append(character);
			}
			else {
				text.append(String.format("\\u%04x", (int) character));
			}
		}
		if (length < name.length()) {
			text.append('…');
		}
	}

	private static boolean isPlain(char character) {
		return switch (Character.getType(character)) {
			case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
					Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
				false;
			default -> character != '<' && character != '\\';
		};
	}

}
