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

package dev.lumoauth.spring.capability;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.lumoauth.spring.GuardAnnotation;

/**
 * Requires that the agent has a capability at LumoAuth to run the annotated code.
 * <p>
 * On a method, the annotation guards that method; on a type, every method of the type; on
 * a {@code @Bean} method, the tool callback, the tool callback provider, the function or
 * the object that the method returns. As a meta-annotation it applies wherever the
 * composed annotation is used. Annotations add up: everything that the {@code @Bean}
 * method, the type and the method require is needed. No annotation replaces another.
 * <p>
 * A model that calls a guarded tool without the capability reads {@code Error: agent
 * lacks 'read:documents' capability.}; other Java code gets a
 * {@link CapabilityDeniedException}.
 *
 * <pre class="code">
 * &#064;Tool(description = "Searches the company's documents")
 * &#064;RequiresCapability("read:documents")
 * List&lt;String&gt; searchDocuments(String query) { ... }
 * </pre>
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@GuardAnnotation
public @interface RequiresCapability {

	/**
	 * The names of the capabilities, such as {@code read:documents}: at least one, each
	 * of at most 256 characters, without blanks and control characters. A placeholder
	 * such as <code>${name}</code> is refused, because nothing replaces it.
	 * @return the names
	 */
	String[] value();

	/**
	 * Whether all of the capabilities are needed, or one of them is enough.
	 * @return how many of the capabilities are needed
	 */
	Match match() default Match.ALL;

	/**
	 * What happens to a call if the agent lacks a capability. If several annotations
	 * apply, the capability is requested only if each of them says so.
	 * @return what to do; with {@code lumoauth.approvals.request-denied} every missing
	 * capability is requested
	 */
	OnDenied onDenied() default OnDenied.REFUSE;

}
