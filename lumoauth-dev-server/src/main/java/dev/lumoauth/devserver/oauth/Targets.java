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

package dev.lumoauth.devserver.oauth;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Audience;
import dev.lumoauth.devserver.state.Tenant;

/**
 * The servers for which a token is requested.
 *
 * @param audiences the servers, each of them once
 */
record Targets(List<Audience> audiences) {

	/**
	 * Finds the servers that the parameters name in the tenant's list.
	 * @throws org.springframework.security.oauth2.core.OAuth2AuthenticationException with
	 * the code {@code invalid_target} if one of them is not listed, or this client may
	 * not use it (RFC 8693, section 2.2.2)
	 */
	static Targets of(Collection<String> audiences, Collection<String> resources, Tenant tenant, Agent client) {
		Set<Audience> found = new LinkedHashSet<>();
		for (String id : audiences) {
			found.add(find("audience", id, tenant, client, (audience) -> audience.id().equals(id)));
		}
		for (String uri : resources) {
			found.add(find("resource", uri, tenant, client, (audience) -> isSame(audience.resource(), uri)));
		}
		return new Targets(List.copyOf(found));
	}

	boolean isEmpty() {
		return this.audiences.isEmpty();
	}

	/**
	 * The {@code aud} of the token.
	 */
	List<String> names() {
		return this.audiences.stream().flatMap((audience) -> audience.names().stream()).distinct().toList();
	}

	/**
	 * Returns which of some scopes a token for these servers can have.
	 */
	Set<String> limit(Set<String> scopes) {
		Set<String> limited = new LinkedHashSet<>(scopes);
		if (isLimited()) {
			Set<String> permitted = new LinkedHashSet<>();
			this.audiences.forEach((audience) -> permitted.addAll(audience.scopes()));
			limited.retainAll(permitted);
		}
		return limited;
	}

	/**
	 * Returns whether there is at least one server, and each of them limits the scopes.
	 */
	boolean isLimited() {
		return !isEmpty() && this.audiences.stream().noneMatch((audience) -> audience.scopes().isEmpty());
	}

	Instant limit(Instant now, Instant expiresAt) {
		List<Instant> ends = new ArrayList<>(List.of(expiresAt));
		for (Audience audience : this.audiences) {
			if (audience.tokenLifetime() != null) {
				ends.add(now.plus(audience.tokenLifetime()));
			}
		}
		return ends.stream().min(Instant::compareTo).orElse(expiresAt);
	}

	private static Audience find(String parameter, String value, Tenant tenant, Agent client,
			Predicate<Audience> condition) {
		return tenant.audiences()
			.stream()
			.filter(condition.and((audience) -> audience.permits(client)))
			.findFirst()
			.orElseThrow(() -> OAuthErrors.error(OAuthErrors.INVALID_TARGET,
					"The %s is not registered for this client: %s".formatted(parameter, printable(value))));
	}

	private static boolean isSame(@Nullable URI resource, String uri) {
		return resource != null && resource.toString().equals(uri);
	}

	private static String printable(String value) {
		String bounded = (value.length() > 100) ? value.substring(0, 100) + "..." : value;
		// Characters that RFC 6749 permits in an error_description.
		return bounded.replaceAll("[^\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]", "?");
	}

}
