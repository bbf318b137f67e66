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

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import dev.lumoauth.devserver.config.AgentProperties.AuthenticationMethod;

/**
 * The properties in the configuration file and on the command line. An unknown property
 * is refused, so that a typing error does not go unnoticed.
 *
 * @param config Location of the YAML file to read instead of the bundled one.
 * @param exitWithParent Whether to stop when the process that started this one has ended.
 * @param exitWithProcess Id of the process with which to stop. Unlike the parent, which
 * may end while this server starts, this process can't be mistaken for another.
 * @param limits Limits on the number of requests.
 * @param tls Additional port for clients with a certificate, by default none.
 * @param tenants Tenants to serve.
 * @param networkNames Names by which other containers reach this server. With a name, the
 * server listens on the interface of server.address, and on all interfaces without it.
 * @since 0.1.0
 */
@ConfigurationProperties(prefix = "dev", ignoreUnknownFields = false)
public record DevProperties(@Nullable String config, @DefaultValue("false") boolean exitWithParent,
		@Nullable Long exitWithProcess, @DefaultValue Limits limits, @Nullable TlsProperties tls,
		@DefaultValue List<TenantProperties> tenants, @DefaultValue Set<String> networkNames) {

	public DevProperties {
		tenants = List.copyOf(tenants);
		networkNames = Set.copyOf(networkNames);
		networkNames.forEach(DevProperties::checkNetworkName);
		if (tenants.isEmpty()) {
			throw new IllegalArgumentException("'dev.tenants' lists no tenant");
		}
		Set<String> slugs = new HashSet<>();
		for (TenantProperties tenant : tenants) {
			if (!slugs.add(tenant.slug())) {
				throw new IllegalArgumentException("'dev.tenants' lists '%s' twice".formatted(tenant.slug()));
			}
			tenant.agents().forEach((agent) -> checkCertificates(agent, tls));
		}
	}

	/**
	 * A name without a dot is no name on the internet, to which a web page could be
	 * loaded from elsewhere.
	 */
	private static void checkNetworkName(String name) {
		if (!name.matches("[a-z][a-z0-9-]*[a-z0-9]")) {
			throw new IllegalArgumentException(
					("'dev.network-names' has '%s', which is no name of a container: lower-case "
							+ "letters, digits and hyphens")
						.formatted(name));
		}
	}

	private static void checkCertificates(AgentProperties agent, @Nullable TlsProperties tls) {
		boolean needsTls = agent.authenticationMethods().contains(AuthenticationMethod.TLS_CLIENT_AUTH)
				|| agent.tlsClientCertificateBoundAccessTokens();
		if (needsTls && tls == null) {
			throw new IllegalArgumentException(
					"agent '%s' shows a certificate, for which 'dev.tls.port' is needed".formatted(agent.clientId()));
		}
		if (agent.tlsClientAuthSubjectDn() != null && (tls == null || tls.trustedCertificates() == null)) {
			throw new IllegalArgumentException(
					"agent '%s' has 'tls-client-auth-subject-dn', for which 'dev.tls.trusted-certificates' is needed"
						.formatted(agent.clientId()));
		}
	}

	/**
	 * Limits on the number of requests; 0 means none.
	 *
	 * @param tokenRequestsPerMinute Requests per minute that a client may send to the
	 * token endpoint.
	 * @param apiRequestsPerMinute Other requests per minute that may be sent with one
	 * token.
	 * @param attestationsPerMinute Attestations of one agent, and from one address, per
	 * minute.
	 */
	public record Limits(@DefaultValue("30") int tokenRequestsPerMinute, @DefaultValue("0") int apiRequestsPerMinute,
			@DefaultValue("30") int attestationsPerMinute) {

		public Limits {
			if (tokenRequestsPerMinute < 0 || apiRequestsPerMinute < 0 || attestationsPerMinute < 0) {
				throw new IllegalArgumentException("a limit in 'dev.limits' is negative; 0 means no limit");
			}
		}

	}

}
