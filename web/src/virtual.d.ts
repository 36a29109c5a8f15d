/**
 * Modules that the build makes.
 */
declare module 'virtual:mantine-variables.css';
