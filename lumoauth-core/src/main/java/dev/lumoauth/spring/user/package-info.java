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

/**
 * The user on whose behalf the agent acts (RFC 8693 section 1.1, delegation): the user's
 * token, and how long it is in force. Nothing here leads to the agent's own token: if a
 * user is needed and there is none, nothing is exchanged.
 */
@NullMarked
package dev.lumoauth.spring.user;

import org.jspecify.annotations.NullMarked;
