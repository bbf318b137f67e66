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

package dev.lumoauth.spring.autoconfigure.config;

import java.net.URI;
import java.util.stream.Stream;

import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.http.PlainHttp;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;
import org.springframework.util.Assert;

/**
 * The validated address of LumoAuth and identity of the agent.
 *
 * @param url the base URL, without a trailing slash
 * @param tenant the slug of the tenant, or {@code null} if there is an organization
 * @param orgId the slug of the organization, or {@code null} if there is a tenant
 * @param clientId the client id of the agent, or {@code null} if there are only named
 * agents
 * @param clientSecret its secret, or {@code null} if it has none
 */
public record LumoAuthConnection(URI url, @Nullable String tenant, @Nullable String orgId, @Nullable String clientId,
		@Nullable String clientSecret, PlainHttp plainHttp) {

	/**
	 * Validate the whole configuration. No request is sent.
	 * @param details the address of LumoAuth and the default agent, if there is to be one
	 * @param properties the properties
	 * @param sslBundles Boot's SSL bundles, or {@code null} if there are none
	 * @param environment the environment
	 * @param beanFactory has the credentials that the application or a feature makes
	 * @return the connection
	 * @throws InvalidLumoAuthConfigurationException if anything is wrong
	 */
	public static LumoAuthConnection of(LumoAuthConnectionDetails details, LumoAuthProperties properties,
			@Nullable SslBundles sslBundles, Environment environment, ListableBeanFactory beanFactory) {
		return new ConfigurationValidator(properties, sslBundles, OwnCredentials.of(beanFactory)).validate(details,
				Activation.of(environment, beanFactory) == Activation.CONFIGURED);
	}

	/**
	 * Return LumoAuth's addresses in the layout that was chosen.
	 * @return the addresses
	 */
	public LumoAuthAddresses addresses() {
		if (this.tenant != null) {
			return LumoAuthAddresses.forTenant(this.url, this.tenant, this.plainHttp);
		}
		Assert.state(this.orgId != null, "There is neither tenant nor organization");
		return LumoAuthAddresses.forOrganization(this.url, this.orgId, this.plainHttp);
	}

	/**
	 * Return the addresses in both layouts, which are those of the same tenant.
	 * @return the addresses
	 */
	Stream<LumoAuthAddresses> layouts() {
		return Stream.of(LumoAuthAddresses.forTenant(this.url, slug(), this.plainHttp),
				LumoAuthAddresses.forOrganization(this.url, slug(), this.plainHttp));
	}

	/**
	 * Return the slug, which is the same in both layouts.
	 * @return the slug of the tenant or organization
	 */
	public String slug() {
		String slug = (this.tenant != null) ? this.tenant : this.orgId;
		Assert.state(slug != null, "There is neither tenant nor organization");
		return slug;
	}

	/**
	 * Without the secret.
	 */
	@Override
	public String toString() {
		return "LumoAuthConnection[url=" + this.url + ", tenant=" + this.tenant + ", orgId=" + this.orgId
				+ ", clientId=" + this.clientId + "]";
	}

}
