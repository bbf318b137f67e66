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

package dev.lumoauth.devserver.config;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The AAuth settings of the configuration file, except the agents' identities.
 *
 * @param consentAnswer How the token endpoint says that a user has to consent.
 * @param resources Resources that LumoAuth's AAuth tokens are for.
 * @since 0.1.0
 */
public record AAuthProperties(@DefaultValue("authorization-uri") ConsentAnswer consentAnswer,
		@DefaultValue List<AAuthResourceProperties> resources) {

	public AAuthProperties {
		resources = List.copyOf(resources);
		Set<String> names = new HashSet<>();
		for (AAuthResourceProperties resource : resources) {
			if (!names.add(resource.identifier()) || !names.add(resource.id())) {
				throw new IllegalArgumentException(
						"'aauth.resources' lists '%s' twice".formatted(resource.identifier()));
			}
		}
	}

	/**
	 * How the token endpoint says that a user has to consent. LumoAuth's documents have
	 * both forms.
	 */
	public enum ConsentAnswer {

		/** Status 200 with {@code authorization_uri}. */
		AUTHORIZATION_URI,

		/** Status 401 with {@code auth_url}. */
		AUTH_URL

	}

	/**
	 * Whether a user has to consent.
	 */
	public enum Consent {

		/** The agent gets tokens without a user. */
		NONE,

		/** A user is asked. */
		REQUIRED

	}

}
