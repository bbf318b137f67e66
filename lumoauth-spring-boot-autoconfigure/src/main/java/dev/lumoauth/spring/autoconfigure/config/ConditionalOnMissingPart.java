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

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.annotation.AliasFor;

/**
 * For the {@code @Bean} method of a part of the agent: it matches if the application has
 * no bean in its place, in this application context or in one above. The part that this
 * same method has made in a context above replaces nothing if it belongs to another
 * agent, or to none: by {@code lumoauth.enabled}, {@code url}, {@code tenant},
 * {@code org-id} and {@code client-id}.
 *
 * @since 0.1.0
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
@Conditional(OnMissingPartCondition.class)
public @interface ConditionalOnMissingPart {

	/**
	 * Return the type of the part.
	 * @return the type; empty for what the method returns
	 */
	@AliasFor(annotation = ConditionalOnMissingBean.class, attribute = "value")
	Class<?>[] value() default {};

}
