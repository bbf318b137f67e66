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

/**
 * Something that a person can do at the actuator's endpoint {@code lumoauth} with one
 * thing of a feature. A bean of the feature.
 *
 * @since 0.1.0
 */
public interface EndpointOperation {

	/**
	 * Return the name of the part of the endpoint.
	 * @return the first part of the path, such as {@code approvals}
	 */
	String part();

	/**
	 * Do it.
	 * @param id which thing
	 * @param action what to do
	 * @return the state of the thing, and why nothing was done if that is so
	 * @throws IllegalArgumentException if there is no such action; the message says which
	 * there are
	 */
	Object change(String id, String action);

}
