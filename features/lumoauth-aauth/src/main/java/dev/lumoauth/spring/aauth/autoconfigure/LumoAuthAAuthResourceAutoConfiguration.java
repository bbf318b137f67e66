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
import java.util.function.Supplier;

import dev.lumoauth.spring.aauth.resource.AAuthResource;
import dev.lumoauth.spring.aauth.resource.AAuthResourceRoutes;
import dev.lumoauth.spring.aauth.resource.InMemoryNonceStore;
import dev.lumoauth.spring.aauth.resource.RedisNonceStore;
import dev.lumoauth.spring.aauth.signature.NonceStore;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnectionDetails;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.token.key.SigningKey;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.util.StringUtils;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

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

	private static final Log logger = LogFactory.getLog(LumoAuthAAuthResourceAutoConfiguration.class);

	/**
	 * Not lazy, whatever the application's default is: errors show at start.
	 */
	@Bean
	@Lazy(false)
	@ConditionalOnMissingBean
	AAuthResource lumoAuthAAuthResource(AAuthResourceProperties properties, LumoAuthProperties lumoAuth,
			ObjectProvider<LumoAuthConnectionDetails> connection, NonceStore nonces, ObjectProvider<SslBundles> bundles,
			BeanFactory beanFactory) {
		ResourceSettings settings = new ResourceSettings(properties);
		String identifier = settings.identifier();
		String issuer = settings.issuer(issuer(connection.getIfAvailable()));
		settings.checkValues();
		Supplier<SigningKey> key = settings.key(bundles::getObject);
		settings.throwIfWrong();
		AAuthResource.Builder builder = AAuthResource
			.builder(identifier, issuer, lumoAuth.requestFactories(beanFactory).create(lumoAuth.getSslBundle()))
			.authorities(properties.getAuthorities())
			.scopes(properties.getScopes())
			.maxBodySize(Math.toIntExact(properties.getMaxBodySize().toBytes()))
			.nonces(nonces);
		return ((key != null) ? builder.key(key) : builder).build();
	}

	/**
	 * An invalid number is reported by {@code lumoAuthAAuthResource}.
	 */
	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnProperty(name = "lumoauth.aauth.resource.nonce-store", havingValue = "memory", matchIfMissing = true)
	NonceStore lumoAuthAAuthNonceStore(AAuthResourceProperties properties) {
		logger.info("Only this process remembers the signatures of its requests. If the service has several "
				+ "replicas, set lumoauth.aauth.resource.nonce-store=redis: otherwise a request that one replica "
				+ "has accepted can be sent to another replica within a minute");
		return new InMemoryNonceStore(properties.getMaxNonces(), Clock.systemUTC());
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

	private static ResourceSetupException noRedis() {
		return new ResourceSetupException(
				"lumoauth.aauth.resource.nonce-store=redis needs a StringRedisTemplate, and there is none.",
				"Add spring-boot-starter-data-redis and set spring.data.redis.*, or leave "
						+ "lumoauth.aauth.resource.nonce-store out.");
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(StringRedisTemplate.class)
	@ConditionalOnProperty(name = "lumoauth.aauth.resource.nonce-store", havingValue = "redis")
	static class RedisConfiguration {

		@Bean
		@Lazy(false)
		@ConditionalOnMissingBean(NonceStore.class)
		RedisNonceStore lumoAuthAAuthNonceStore(ObjectProvider<StringRedisTemplate> redis) {
			StringRedisTemplate template = redis.getIfUnique();
			if (template == null) {
				throw noRedis();
			}
			return new RedisNonceStore(template, Clock.systemUTC());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Lazy(false)
	@ConditionalOnMissingClass("org.springframework.data.redis.core.StringRedisTemplate")
	@ConditionalOnMissingBean(NonceStore.class)
	@ConditionalOnProperty(name = "lumoauth.aauth.resource.nonce-store", havingValue = "redis")
	static class WithoutRedisConfiguration {

		WithoutRedisConfiguration() {
			throw noRedis();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(RouterFunction.class)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnProperty("lumoauth.aauth.resource.serve-metadata")
	static class MetadataConfiguration {

		@Bean
		RouterFunction<ServerResponse> lumoAuthAAuthResourceRoutes(AAuthResource resource) {
			return AAuthResourceRoutes.of(resource);
		}

	}

}
