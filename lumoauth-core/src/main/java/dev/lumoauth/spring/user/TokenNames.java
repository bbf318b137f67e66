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

package dev.lumoauth.spring.user;

import java.text.ParseException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;

/**
 * The names of the parties that a token is about. The token is not verified: the names
 * can cause something to be forgotten, or an answer about somebody else to be refused,
 * and never something to be allowed.
 *
 * @since 0.1.0
 */
public final class TokenNames {

	/**
	 * The entry, among somebody's names, for an e-mail address that is not known.
	 */
	public static final String UNKNOWN_ADDRESS = "@";

	private static final List<String> CLAIMS = List.of("sub", "email", "preferred_username");

	private static final List<String> OF_AGENTS = List.of("sub", "client_id", "azp", "agent_id");

	/**
	 * What LumoAuth calls a party that is no user: {@code agent_<id>},
	 * {@code agent:<id>}, {@code client_<id>}, and {@code agent:<id>:task:<task>} in the
	 * token of one task.
	 */
	private static final Pattern NO_USER = Pattern.compile("(?i)(?:agent[_:]|client_)(.+?)(?::task:.*)?");

	private static final JWTClaimsSet OPAQUE = new JWTClaimsSet.Builder().build();

	private TokenNames() {
	}

	/**
	 * Return the names of a user.
	 * @param token an access token
	 * @return the names; none if the token is opaque. If the token has no e-mail address,
	 * {@link #UNKNOWN_ADDRESS} is among them
	 */
	public static Set<String> of(String token) {
		Set<String> names = names(token, CLAIMS);
		return names.isEmpty() ? names : withAddress(names, names);
	}

	/**
	 * Return the names of a user whose token has these claims.
	 * @param names the names
	 * @param claims the user's own claims
	 * @return the names, and {@link #UNKNOWN_ADDRESS} if no claim has an e-mail address
	 */
	public static Set<String> withAddress(Set<String> names, Map<String, Object> claims) {
		return withAddress(names, texts(claims, CLAIMS));
	}

	private static Set<String> withAddress(Set<String> names, Set<String> own) {
		if (own.stream().anyMatch(TokenNames::isAddress)) {
			return names;
		}
		Set<String> all = new HashSet<>(names);
		all.add(UNKNOWN_ADDRESS);
		return all;
	}

	/**
	 * Return the one spelling of all names that count as equal: those that
	 * {@link String#equalsIgnoreCase} takes for the same.
	 * @param name a name
	 * @return the spelling
	 */
	public static String spelling(String name) {
		StringBuilder spelling = new StringBuilder();
		name.codePoints().map(Character::toUpperCase).map(Character::toLowerCase).forEach(spelling::appendCodePoint);
		return spelling.toString();
	}

	/**
	 * Return whether a name is an e-mail address.
	 * @param name the name
	 * @return whether it is
	 */
	public static boolean isAddress(String name) {
		return name.indexOf('@') >= 0;
	}

	/**
	 * Return whether a party may be meant.
	 * @param subjects the names of those who are meant; none = everyone
	 * @param names the names of the party; none = unknown, and then this party may be
	 * meant
	 * @return whether one of the names is among the subjects, without regard to case
	 */
	public static boolean mayBeAmong(Set<String> subjects, Collection<String> names) {
		return subjects.isEmpty() || names.isEmpty() || (names.contains(UNKNOWN_ADDRESS) && areOnlyAddresses(subjects))
				|| names.stream().anyMatch((name) -> subjects.stream().anyMatch(name::equalsIgnoreCase));
	}

	/**
	 * Return whether only e-mail addresses name those who are meant. Then a party whose
	 * address is not known may be meant too.
	 * @param subjects the names of those who are meant; none = everyone
	 * @return whether that is so
	 */
	public static boolean areOnlyAddresses(Set<String> subjects) {
		return !subjects.isEmpty() && subjects.stream().allMatch(TokenNames::isAddress);
	}

	/**
	 * Return the names of an agent.
	 * @param token the agent's own access token
	 * @return the names; none if the token is opaque
	 */
	public static Set<String> ofAgent(String token) {
		return withIds(names(token, OF_AGENTS));
	}

	/**
	 * Return names with the ids in them: LumoAuth names an agent with and without a
	 * prefix.
	 * @param names the names
	 * @return the names, and for each {@code agent_<id>}, {@code agent:<id>} or
	 * {@code client_<id>} the id too
	 */
	public static Set<String> withIds(Collection<String> names) {
		Set<String> all = new HashSet<>(names);
		for (String name : names) {
			Matcher id = NO_USER.matcher(name);
			if (id.matches()) {
				all.add(id.group(1));
			}
		}
		return all;
	}

	/**
	 * Return whether a subject is no user, by its prefix.
	 * @param subject the subject of a token
	 * @return whether it is an agent or another client
	 */
	public static boolean isNoUser(String subject) {
		return NO_USER.matcher(subject).matches();
	}

	/**
	 * Return whether an id is one of a party's names, whichever prefix LumoAuth gives an
	 * agent in either of them.
	 * @param names the party's names
	 * @param id the id
	 * @return whether one of the names is the id
	 */
	public static boolean isAmong(Collection<String> names, String id) {
		return !id.isBlank() && !Collections.disjoint(withIds(names), withIds(Set.of(id)));
	}

	private static Set<String> names(String token, List<String> claims) {
		return texts(claims(token).getClaims(), claims);
	}

	/**
	 * Return the claims of a token, which is not verified.
	 * @param token the token's value
	 * @return the claims; none if the token is opaque
	 */
	public static JWTClaimsSet claims(String token) {
		try {
			JWTClaimsSet claims = JWTParser.parse(token).getJWTClaimsSet();
			return (claims != null) ? claims : OPAQUE; // encrypted
		}
		catch (ParseException | RuntimeException ex) {
			return OPAQUE;
		}
	}

	private static Set<String> texts(Map<String, Object> all, List<String> claims) {
		Set<String> names = new HashSet<>();
		for (String claim : claims) {
			if (all.get(claim) instanceof String name && !name.isBlank()) {
				names.add(name);
			}
		}
		return names;
	}

}
