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
 * What the replicas of an application share by Redis: their tokens, answers about
 * capabilities, the requests that LumoAuth allows in a minute, and what LumoAuth has
 * revoked. All names are keyed hashes, and all keys end by themselves.
 * <table>
 * <caption>Keys, and the commands for them; scripts run all but the first</caption>
 * <tr>
 * <th>key</th>
 * <th>what</th>
 * <th>commands</th>
 * </tr>
 * <tr>
 * <td>{@code lumoauth:<hash>}, {@code …:lock}</td>
 * <td>a token or a mark, and who fetches it</td>
 * <td>GETRANGE, SET; GET, DEL, PTTL, PEXPIRE</td>
 * </tr>
 * <tr>
 * <td>{@code lumoauth:<hash>:decisions}</td>
 * <td>the answers about one agent</td>
 * <td>TIME, TYPE, HGET, HSET, HDEL, HSTRLEN, HLEN, DEL, PTTL, PEXPIRE</td>
 * </tr>
 * <tr>
 * <td>{@code lumoauth:{<hash>}:sent}, {@code …:polls}</td>
 * <td>the requests of one token or client in the last minute</td>
 * <td>TIME, LINDEX, LLEN, LPOP, RPUSH, HGET, HSET, PEXPIRE</td>
 * </tr>
 * <tr>
 * <td>{@code lumoauth:<hash>:replicas}</td>
 * <td>which replicas there are</td>
 * <td>TIME, ZADD, ZREMRANGEBYSCORE, ZCARD, PEXPIRE</td>
 * </tr>
 * <tr>
 * <td>{@code lumoauth:revocations:<hash>}</td>
 * <td>a channel</td>
 * <td>PUBLISH, SUBSCRIBE</td>
 * </tr>
 * </table>
 */
@NullMarked
package dev.lumoauth.spring.redis;

import org.jspecify.annotations.NullMarked;
