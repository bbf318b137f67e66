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

package dev.lumoauth.spring.guard.method;

import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.ToolTypes;
import org.jspecify.annotations.Nullable;

/**
 * The tool guard's answer about a bean with tools, for the check that refuses to start
 * with unguarded code.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface BeanClaim {

	/**
	 * Return whether every tool that a bean is, or holds, is guarded.
	 * @param bean a bean of which {@link ToolTypes#hasTool} is true
	 * @param ofBeanMethod the terms of its {@code @Bean} method, or {@code null}
	 * @return {@code true} only if that can be seen of the bean itself
	 */
	boolean guards(Object bean, @Nullable GuardTerms ofBeanMethod);

}
