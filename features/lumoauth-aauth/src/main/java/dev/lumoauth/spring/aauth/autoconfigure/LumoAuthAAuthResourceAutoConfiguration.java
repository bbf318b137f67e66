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

package dev.lumoauth.spring.aauth.autoconfigure;

import java.net.URI;
import java.time.Clock;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.util.StringUtils;

import dev.lumoauth.spring.aauth.resource.AAuthResource;
import dev.lumoauth.spring.aauth.resource.InMemoryNonceStore;
import dev.lumoauth.spring.aauth.resource.RedisNonceStore;
import dev.lumoauth.spring.aauth.signature.NonceStore;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnectionDetails;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.token.key.SigningKey;

/**
 * Auto-configuration for services that agents call with AAuth: off unless
 * {@code lumoauth.aauth.resource.resource} is set. It publishes the beans that check
 * requests; the application's security configuration uses them.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { SslAutoConfiguration.class, LumoAuthAutoConfiguration.class },
		afterName = "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration")
@ConditionalOnClass(LumoAuthAutoConfiguration.class)
@ConditionalOnProperty("lumoauth.aauth.resource.resource")
@EnableConfigurationProperties({ AAuthResourceProperties.class, LumoAuthProperties.class })
public final class LumoAuthAAuthResourceAutoConfiguration {

	private static final String PREFIX = "lumoauth.aauth.resource.";

	private static final Pattern AUTHORITY = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");

	/** About 80 MB. */
	private static final int MAX_NONCES = 1_000_000;

	private static final Log logger = LogFactory.getLog(LumoAuthAAuthResourceAutoConfiguration.class);

	/**
	 * Not lazy, whatever the application's default is: errors show at start.
	 */
	@Bean
	@Lazy(false)
	@ConditionalOnMissingBean
	AAuthResource lumoAuthAAuthResource(AAuthResourceProperties properties, LumoAuthProperties lumoAuth,
			ObjectProvider<LumoAuthConnectionDetails> connection, ObjectProvider<NonceStore> nonces,
			ObjectProvider<SslBundles> bundles, BeanFactory beanFactory) {
		AAuthSettings settings = new AAuthSettings();
		String identifier = settings.identifier(PREFIX + "resource", properties.resource(),
				"the https address under which LumoAuth knows this service");
		String issuer = settings.identifier(PREFIX + "issuer",
				StringUtils.hasText(properties.issuer()) ? properties.issuer() : issuer(connection.getIfAvailable()),
				"LumoAuth's issuer, such as https://app.lumoauth.dev/orgs/acme-corp/api/v1");
		settings.scopes(PREFIX + "scopes", properties.scopes());
		if (!properties.authorities().stream().allMatch((each) -> AUTHORITY.matcher(each).matches())) {
			settings.problem(PREFIX + "authorities has an entry that is not a host, with or without a port.", "Set "
					+ PREFIX + "authorities to what callers send as Host, such as api.example.com or localhost:8080.");
		}
		Supplier<SigningKey> key = settings.key(PREFIX, properties.keyFile(), null, bundles::getObject);
		NonceStore store = nonces.getIfAvailable();
		if (store == null) {
			settings.problem(
					"lumoauth.aauth.resource.nonce-store=redis needs a StringRedisTemplate, and there is none.",
					"Add spring-boot-starter-data-redis and set spring.data.redis.*, or leave "
							+ "lumoauth.aauth.resource.nonce-store out.");
		}
		settings.throwIfAny();
		AAuthResource.Builder builder = AAuthResource
			.builder(identifier, issuer, lumoAuth.requestFactories(beanFactory).create(lumoAuth.sslBundle()))
			.authorities(properties.authorities())
			.scopes(properties.scopes())
			.nonces(Objects.requireNonNull(store));
		return ((key != null) ? builder.key(key) : builder).build();
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnProperty(name = "lumoauth.aauth.resource.nonce-store", havingValue = "memory", matchIfMissing = true)
	NonceStore lumoAuthAAuthNonceStore() {
		logger.info("Only this process remembers the signatures of its requests. If the service has several "
				+ "replicas, set lumoauth.aauth.resource.nonce-store=redis: otherwise a request that one replica "
				+ "has accepted can be sent to another replica within a minute");
		return new InMemoryNonceStore(MAX_NONCES, Clock.systemUTC());
	}

	private static @Nullable String issuer(@Nullable LumoAuthConnectionDetails connection) {
		if (connection == null) {
			return null;
		}
		URI url = URI.create(connection.getUrl());
		String tenant = connection.getTenant();
		String orgId = connection.getOrgId();
		if (StringUtils.hasText(tenant)) {
			return LumoAuthAddresses.forTenant(url, tenant).issuer();
		}
		return StringUtils.hasText(orgId) ? LumoAuthAddresses.forOrganization(url, orgId).issuer() : null;
	}

	/**
	 * Without the file, the paths are the application's own.
	 */
	@Bean
	@ConditionalOnWebApplication
	@ConditionalOnProperty(PREFIX + "key-file")
	PublishedDocuments.OfService lumoAuthAAuthResourceDocuments(AAuthResource resource) {
		return new PublishedDocuments.OfService(resource);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(StringRedisTemplate.class)
	@ConditionalOnSingleCandidate(StringRedisTemplate.class)
	@ConditionalOnProperty(name = "lumoauth.aauth.resource.nonce-store", havingValue = "redis")
	static class RedisConfiguration {

		@Bean
		@ConditionalOnMissingBean(NonceStore.class)
		RedisNonceStore lumoAuthAAuthNonceStore(StringRedisTemplate redis) {
			return new RedisNonceStore(redis, Clock.systemUTC());
		}

	}

}
