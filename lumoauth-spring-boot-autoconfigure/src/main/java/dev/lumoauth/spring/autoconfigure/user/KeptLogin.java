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

package dev.lumoauth.spring.autoconfigure.user;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;

/**
 * Registers the beans of an auto-configuration of Spring Boot that generates a login, if
 * Spring Boot left them out because of this library and for no other reason.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(OnSpoiltLoginCondition.class)
@Import(KeptLoginRegistrar.class)
@interface KeptLogin {

	String SERVLET = "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration";

	String REACTIVE = "org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration";

	/**
	 * The name of Spring Boot's class, which is optional.
	 */
	String value();

}
