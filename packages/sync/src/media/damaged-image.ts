/** What stands on the item of an image that was taken as it is and that nobody could decode. */
export const DAMAGED_IMAGE = {
  error_code: 'media_unreadable',
  error_message: 'Kept as it is, without a thumbnail: the image is damaged, incomplete or too large to be read.',
} as const
