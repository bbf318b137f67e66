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

package dev.lumoauth.spring.autoconfigure.actuate;

import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for audit events: refusals, people's decisions, and on request
 * grants. It applies whether or not LumoAuth is configured.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@ConditionalOnClass(AuditApplicationEvent.class)
@EnableConfigurationProperties(LumoAuthAuditProperties.class)
public final class LumoAuthAuditAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	AuditTrail lumoAuthAuditTrail(ApplicationEventPublisher publisher, LumoAuthAuditProperties properties) {
		return new AuditTrail(publisher, properties.isGrants());
	}

}
